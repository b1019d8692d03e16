import { catalogueOf } from '@tidemark/core/control/catalogue';
import { floorsOf } from '@tidemark/core/control/floors';
import type { DeployedSource } from '@tidemark/core/deployment';
import { expect, test } from 'vitest';
import { verdictOf } from './today.ts';

const nowMs = Date.parse('2026-11-20T12:00:00Z');
const source = {
  name: 'web',
  buckets: ['1h'],
  event: { name: ['kind'], time: ['at'] },
  revisions: [
    { fromMs: 0, event: { name: ['type'], time: ['at'] } },
    { fromMs: nowMs + 3_600_000, event: { name: ['kind'], time: ['at'] } },
  ],
} as unknown as DeployedSource;
const { revisions: _, ...unchanged } = source;
const facts = {
  floors: floorsOf({ Floors: { '1h': [{ FromMs: 0, FloorMs: Date.parse('2026-09-01T00:00:00Z') }] } }),
  catalogue: catalogueOf({ Names: ['a', 'b'], Caps: [{ FromMs: 0, MaxSeries: 2 }] }),
  nowMs,
};
const verdict = (event: object, deployed: DeployedSource = unchanged, more: object = {}) =>
  verdictOf(Buffer.from(JSON.stringify(event)), deployed, { ...facts, ...more });

test('what the fields in force can read would be counted, under its name or $other', () => {
  expect(verdict({ kind: 'a', at: '2026-11-20' })).toEqual({ kind: 'counted', series: ['a'], events: 1 });
  expect(verdict({ kind: 'c', at: '2026-11-20' })).toEqual({ kind: 'counted', series: ['$other'], events: 1 });
  const roomy = catalogueOf({ Names: ['a'], Caps: [{ FromMs: 0, MaxSeries: 2 }] });
  expect(verdict({ kind: 'c', at: '2026-11-20' }, unchanged, { catalogue: roomy })).toMatchObject({ series: ['c'] });
});

test('the newest reading counts once it is in force, and not before', () => {
  const event = { kind: 'a', at: '2026-11-20' };
  expect(verdict(event, source)).toMatchObject({
    reason: 'name-missing',
    remedy: 'the revision that holds from 2026-11-20T13:00:00.000Z on reads it: resubmit it then',
  });
  expect(verdict(event, source, { nowMs: nowMs + 3_600_000 })).toMatchObject({ kind: 'counted' });
});

test('what nothing reads needs a revision, if one can help', () => {
  expect(verdictOf(Buffer.from('no JSON'), source, facts)).toMatchObject({
    reason: 'not-json',
    remedy: expect.stringContaining('no configuration reads it'),
  });
  expect(verdict({ kind: 'a' }, source)).toMatchObject({
    reason: 'name-missing',
    remedy: expect.stringContaining('a revision of the configuration'),
  });
});

test('too new passes with time, too old does not', () => {
  expect(verdict({ kind: 'a', at: '2026-11-20T14:00:00Z' })).toMatchObject({ kind: 'counted' });
  expect(verdict({ kind: 'a', at: '2026-11-20T15:00:00Z' })).toMatchObject({
    reason: 'too-new',
    remedy: 'its time has come at 2026-11-20T13:00:00.000Z: resubmit it then',
  });
  expect(verdict({ kind: 'a', at: '2026-08-31T23:59:59Z' })).toMatchObject({
    reason: 'too-old',
    remedy: expect.stringContaining('stays too old'),
  });
});
