import { expect, test } from 'vitest';
import type { ShardLedgers } from './received.ts';
import { receivedFewer, tellReceivedFewer } from './received.ts';

const days = (received: Record<string, number>): ReadonlyMap<string, number> => new Map(Object.entries(received));

function shard(change: Partial<ShardLedgers>): ShardLedgers {
  return {
    shardId: 'shard',
    live: [days({ '2026-11-01': 5, '2026-11-02': 7 })],
    recount: days({ '2026-11-01': 5, '2026-11-02': 7 }),
    ...change,
  };
}

test('as many, or more, on every day', () => {
  expect(
    receivedFewer([shard({}), shard({ recount: days({ '2026-11-01': 6, '2026-11-02': 7, '2026-11-03': 1 }) })]),
  ).toEqual([]);
});

test('fewer on a day, or none', () => {
  const fewer = receivedFewer([shard({ recount: days({ '2026-11-02': 6 }) })]);
  expect(fewer).toEqual([
    { shardId: 'shard', day: '2026-11-01', recount: 0, live: 5 },
    { shardId: 'shard', day: '2026-11-02', recount: 6, live: 7 },
  ]);
  expect(tellReceivedFewer(fewer)).toBe(
    'shard: of 2026-11-01 the recount received 0 events, live counting 5 (and so on 1 other days or shards)',
  );
});

test('of two live counters the one that received more', () => {
  const live = [days({ '2026-11-02': 7 }), days({ '2026-11-02': 9 })];
  expect(receivedFewer([shard({ live, recount: days({ '2026-11-02': 8 }) })])).toEqual([
    { shardId: 'shard', day: '2026-11-02', recount: 8, live: 9 },
  ]);
});

test('not on days that the recount may have in part', () => {
  expect(
    receivedFewer([shard({ fromDay: '2026-11-02', recount: days({ '2026-11-01': 1, '2026-11-02': 7 }) })]),
  ).toEqual([]);
  expect(receivedFewer([shard({ fromDay: '2026-11-02', recount: days({}) })])).toHaveLength(1);
});
