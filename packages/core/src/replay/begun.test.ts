import { expect, test } from 'vitest';
import type { BeginningLook } from './begun.ts';
import { beginningOf, liveWaitMsMax } from './begun.ts';

const recount = { FirstSequence: '001:1', FirstArrivalMs: 1 };
const counted = { count: { FirstSequence: '001:1', ArrivalMs: 1 } };
const shard = (change: Partial<BeginningLook>): BeginningLook => ({
  shardId: 'shardId-000000000000',
  live: {},
  ...change,
});

test.each([
  ['a record was recounted', { live: counted, recount }, 'begun'],
  ['none was, and nobody has looked', { live: counted }, 'recount'],
  ['none was, and there are some', { live: counted, isEmpty: false }, 'recount'],
  ['none was, and there is none', { live: counted, isEmpty: true }, 'begun'],
  ['live counting is about to begin', { recount }, 'live'],
] as const)('%s', (_, change, expected) => {
  expect(beginningOf(shard(change), ['count'], 0, 1000)).toBe(expected);
});

test('each consumer of live counting is waited for, but not for ever', () => {
  const one = shard({ live: counted, recount });
  expect(beginningOf(one, ['count', 'window'], 5, 4 + liveWaitMsMax)).toBe('live');
  expect(beginningOf(one, ['count', 'window'], 5, 5 + liveWaitMsMax)).toBe('begun');
});
