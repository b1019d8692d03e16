import { describe, expect, test } from 'vitest';
import { resolve } from './answer.ts';
import { incidentFixture } from './incident.fixture.ts';
import { acknowledgeByLink, linkPayloadOf, signLink, verifyLink } from './link.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const nowMs = Date.parse('2026-11-20T09:15:00Z');
const telling = { Kind: 'page', Raise: 1, Round: 1, Tier: 2, Repeat: 1, Try: 0 } as const;
const incident = { source: 'web', incident: '20261120T091500Z-0a1b2c3d' };
const ends = { step: 3, expiresMs: nowMs + 1000 };
const payload = linkPayloadOf(incident, telling, 'email:a@example.org', ends);

describe('a link', () => {
  test('is read again by whoever has the key, until it expires', () => {
    const token = signLink(payload, key);
    expect(token).toMatch(/^[\w-]+\.[\w-]{43}$/);
    expect(verifyLink(token, key, nowMs)).toEqual({ ok: true, payload });
    expect(verifyLink(token, key, nowMs + 1000)).toEqual({ ok: false, because: 'expired' });
  });

  test('is the same for the same message, and another for every other', () => {
    const id = (contact: string, other: object = {}) =>
      linkPayloadOf(incident, { ...telling, ...other }, contact, ends).id;
    expect(id('email:a@example.org')).toBe(payload.id);
    expect(new Set([payload.id, id('email:b@example.org'), id('email:a@example.org', { Raise: 2 })]).size).toBe(3);
  });

  test.each([
    ['nothing', ''],
    ['no signature', signLink(payload, key).split('.')[0] ?? ''],
    ['an empty signature', `${signLink(payload, key).split('.')[0]}.`],
    ['another key', signLink(payload, Buffer.alloc(32, 8).toString('base64'))],
    ['another payload', `${Buffer.from('{}').toString('base64url')}.${signLink(payload, key).split('.')[1]}`],
    ['something signed that is no payload', signLink({ incident: 'x' } as never, key)],
    ['more', `${signLink(payload, key)}.x`],
  ])('with %s is wrong', (_what, token) => {
    expect(verifyLink(token, key, nowMs)).toEqual({ ok: false, because: 'wrong' });
  });

  test('with any character changed is wrong', () => {
    const token = signLink(payload, key);
    // The last one holds two bits of nothing.
    for (let at = 0; at < token.length - 1; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const changed = `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
      expect(verifyLink(changed, key, nowMs)).toEqual({ ok: false, because: 'wrong' });
    }
  });
});

describe('acknowledging by a link', () => {
  test('succeeds once, says who, and wakes the execution', () => {
    const open = incidentFixture({ Token: 'token', UntilMs: nowMs + 60_000 });
    const answer = acknowledgeByLink(open, payload, nowMs);
    if (!answer.ok) throw new Error(answer.because);
    expect(answer.item).toMatchObject({
      ...{ Status: 'acknowledged', Version: open.Version + 1, UsedLinks: [payload.id] },
      Acknowledged: { By: 'tier 2', AtMs: nowMs, How: 'link' },
    });
    expect(answer.effects).toEqual([{ kind: 'wake', token: 'token' }]);
    expect(acknowledgeByLink(answer.item, payload, nowMs)).toEqual({ ok: false, because: 'used' });
  });

  test('another link after it is well, and changes nothing of who has', () => {
    const first = acknowledgeByLink(incidentFixture(), payload, nowMs);
    if (!first.ok) throw new Error(first.because);
    const second = acknowledgeByLink(first.item, { ...payload, id: 'other', tier: 1 }, nowMs + 5);
    expect(second).toMatchObject({ ok: true, item: { Acknowledged: { By: 'tier 2', AtMs: nowMs } } });
  });

  test('of what has ended says so', () => {
    const change = resolve(incidentFixture(), { by: 'ada', nowMs });
    if (!change.ok) throw new Error(change.because);
    expect(acknowledgeByLink(change.item, payload, nowMs)).toEqual({ ok: false, because: 'ended' });
  });
});
