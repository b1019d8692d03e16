import { expect, test } from 'vitest';
import { acknowledgingLink } from './link.ts';
import { link, reading } from './outcome.fixture.ts';

test('the link that acknowledges is told from those to the runbook and to charts', () => {
  const [mail, sms] = reading.messages;
  expect(acknowledgingLink(mail?.text ?? '')).toBe(link);
  expect(acknowledgingLink(sms?.text ?? '')).toBeUndefined();
  expect(acknowledgingLink('Runbook  https://example.org/runbook?page=1#t=2')).toBeUndefined();
});
