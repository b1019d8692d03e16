import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolve } from './answer.ts';
import { incidentFixture } from './incident.fixture.ts';
import { incidentIdOf } from './incident-id.ts';
import { acknowledgeByLink, linkPayloadOf, verifyLink } from './link.ts';
import { signedToken } from './link-token.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const nowMs = Date.parse('2026-11-20T09:15:00Z');
const telling = { Kind: 'page', Raise: 1, Round: 1, Tier: 2, Repeat: 1, Try: 0 } as const;
const incident = { source: 'web', incident: '20261120T091500Z-0a1b2c3d' };
const payload = linkPayloadOf(incident, telling, 'email:a@example.org', nowMs + 999);
const token = signedToken(payload, key);
/** As tokens were made before. */
const former = `${Buffer.from(JSON.stringify(payload)).toString('base64url')}.${'A'.repeat(43)}`;

describe('a link', () => {
  test('is read again by whoever has the key, until it expires', () => {
    expect(payload).toEqual({
      ...incident,
      tier: 2,
      expiresMs: nowMs + 1000,
      id: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    expect(verifyLink(token, key, nowMs)).toEqual({ ok: true, payload });
    expect(verifyLink(token, key, nowMs + 1000)).toEqual({ ok: false, because: 'expired' });
  });

  test('is short, and ends with a letter', () => {
    expect(token).toMatch(/^[\w-]{48}a$/);
    const longest = linkPayloadOf({ ...incident, source: 'a'.repeat(31) }, telling, 'email:a@example.org', nowMs);
    expect(signedToken(longest, key)).toHaveLength(87);
  });

  test('says of every incident and source what they are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.stringMatching(/^[0-9a-f]{8}$/),
        fc.stringMatching(/^(\$stage|[a-z][a-z0-9-]{0,30})$/),
        fc.integer({ min: 0, max: 255 }),
        (seconds, hash, source, tier) => {
          const any = { incident: incidentIdOf(seconds * 1000, hash), source, tier, expiresMs: nowMs, id: hash };
          expect(verifyLink(signedToken(any, key), key, nowMs - 1)).toEqual({ ok: true, payload: any });
        },
      ),
    );
  });

  test('is the same for the same message, and another for every other', () => {
    const id = (contact: string, other: object = {}) =>
      linkPayloadOf(incident, { ...telling, ...other }, contact, nowMs).id;
    expect(id('email:a@example.org')).toBe(payload.id);
    expect(new Set([payload.id, id('email:b@example.org'), id('email:a@example.org', { Raise: 2 })]).size).toBe(3);
  });

  test.each([
    ['nothing', ''],
    ['its format alone', 'a'],
    ['no signature', `${Buffer.from(token, 'base64url').subarray(0, 20).toString('base64url')}a`],
    ['another key', signedToken(payload, Buffer.alloc(32, 8).toString('base64'))],
    ['another format', `${token.slice(0, -1)}b`],
    ['no source', signedToken({ ...payload, source: '' }, key)],
    ['more', `${token}a`],
    ['a point', `${token}.`],
  ])('with %s is wrong', (_what, wrong) => {
    expect(verifyLink(wrong, key, nowMs)).toEqual({ ok: false, because: 'wrong' });
  });

  test('with any character changed is wrong', () => {
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const changed = `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
      expect(verifyLink(changed, key, nowMs)).toEqual({ ok: false, because: 'wrong' });
    }
  });

  test('of former times is known as such, and never believed', () => {
    expect(verifyLink(former, key, nowMs)).toEqual({ ok: false, because: 'former' });
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
