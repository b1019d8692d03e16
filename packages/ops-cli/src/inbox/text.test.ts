import { expect, test } from 'vitest';
import type { InboxMessage } from './engine-inbox.ts';
import { lineText, listText, messageText } from './text.ts';

const mail: InboxMessage = {
  ...{ id: 1, atMs: Date.parse('2026-11-20T03:00:00Z'), channel: 'email', to: 'oncall@example.org', messageId: 'm' },
  ...{ subject: 'page view below 5', text: 'It fell.\nSee \u001b[31mthere', topicArn: 'arn:aws:sns:us-east-1:0:pager' },
};
const text: InboxMessage = {
  id: 12,
  atMs: mail.atMs,
  channel: 'sms',
  to: '+4915112345678',
  text: 'one\ntwo',
  messageId: 'n',
};

test('a list', () => {
  expect(listText([mail, text], 100)).toMatchInlineSnapshot(`
    "id  at                    channel  to                  what
    ──  ────────────────────  ───────  ──────────────────  ─────────────────
     1  2026-11-20T03:00:00Z  email    oncall@example.org  page view below 5
    12  2026-11-20T03:00:00Z  sms      +4915112345678      one
    "
  `);
  expect(lineText(text, 100)).toBe('12  2026-11-20T03:00:00Z  sms  +4915112345678  one\n');
});

test('of a list all that there is room for is said of what each is about; of a post, the subject in it', () => {
  const said = 'CRITICAL: page view below 5 in 1 min, 3 of 3 times (prod)';
  const post = {
    ...mail,
    id: 3,
    channel: 'https',
    to: 'https://hooks.example.org/x',
    text: JSON.stringify({ Subject: said }),
  } as const;
  const { subject: _, ...posted } = post;
  expect(listText([posted, { ...mail, subject: said }], 80)).toMatchInlineSnapshot(`
    "id  at                    channel  to                           what
    ──  ────────────────────  ───────  ───────────────────────────  ────────────────────
     3  2026-11-20T03:00:00Z  https    https://hooks.example.org/x  CRITICAL: page view…
     1  2026-11-20T03:00:00Z  email    oncall@example.org           CRITICAL: page view…
    "
  `);
  expect(lineText({ ...text, text: said }, 80)).toMatchInlineSnapshot(`
    "12  2026-11-20T03:00:00Z  sms  +4915112345678  CRITICAL: page view below 5 in 1…
    "
  `);
});

test('a message whole, without control characters', () => {
  expect(messageText({ ...mail, note: 'why' }, 100)).toMatchInlineSnapshot(`
    "Message 1
      at       2026-11-20T03:00:00Z
      channel  email
      to       oncall@example.org
      topic    arn:aws:sns:us-east-1:0:pager
      subject  page view below 5
      note     why

    It fell.
    See \\u001b[31mthere
    "
  `);
});
