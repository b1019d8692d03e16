import { expect, test } from 'vitest';
import { encodeSequence } from '../series/sequence.ts';
import type { Position, ShardProgress } from './progress.ts';
import { furthestBehindMs, isNear, isStalled, nearMsMax, pauseSeconds, progressOf, stalledMsMax } from './progress.ts';

const hourMs = 60 * 60_000;
const at = (sequence: number, ArrivalMs: number): Position => ({
  LastSequence: encodeSequence(String(sequence)),
  ArrivalMs,
});
const shard = (change: Omit<ShardProgress, 'shardId'>): ShardProgress => ({ shardId: 'a', ...change });

test.each([
  ['at live counting', { live: at(5, 900_000), recount: at(5, 900_000) }, 0],
  ['past it', { live: at(5, 900_000), recount: at(6, 800_000) }, 0],
  ['a minute behind', { live: at(5, 900_000), recount: at(4, 840_000) }, 60_000],
  ['more', { live: at(5, 900_000), recount: at(4, 839_999) }, 60_001],
  ['behind by sequence, not by arrival', { live: at(5, 900_000), recount: at(4, 900_001) }, 0],
  ['not counted live yet', { recount: at(4, 1) }, 0],
  ['nothing to recount', { live: at(5, 900_000), isEmpty: true }, 0],
  ['not begun', { live: at(5, 900_000) }, Number.POSITIVE_INFINITY],
] as const)('%s', (_, change, behindMs) => {
  const shards = [shard({ live: at(1, 1), recount: at(1, 1) }), shard(change)];
  expect(furthestBehindMs(shards)).toBe(behindMs);
  expect(isNear(shards)).toBe(behindMs <= nearMsMax);
});

test('no shards are near', () => {
  expect(isNear([])).toBe(true);
});

test('a recount stalls when no shard of it has moved for six hours', () => {
  const looks = [0, hourMs, 3 * hourMs].map((recountMs) => [
    shard({ live: at(9, 10 * hourMs), recount: at(1, recountMs) }),
  ]);
  const first = progressOf(looks[0] as ShardProgress[], undefined, 0);
  const moved = progressOf(looks[1] as ShardProgress[], first, hourMs);
  expect(moved).toMatchObject({
    ProgressMs: hourMs,
    MovedMs: hourMs,
    Progress: { a: { Recount: hourMs, Live: 10 * hourMs } },
  });
  const still = progressOf(looks[1] as ShardProgress[], moved, hourMs + stalledMsMax - 1);
  expect(isStalled(still, hourMs + stalledMsMax - 1)).toBe(false);
  expect(isStalled(still, hourMs + stalledMsMax)).toBe(true);
  expect(isStalled(progressOf(looks[2] as ShardProgress[], still, 20 * hourMs), 20 * hourMs)).toBe(false);
});

test('of shards that hold nothing to recount the run is told nothing', () => {
  const gone = { shardId: 'gone', live: at(5, hourMs), isEmpty: true };
  const waited = { shardId: 'waited', live: at(5, hourMs), isEmpty: false };
  expect(progressOf([gone, waited], undefined, 0).Progress).toEqual({ waited: { Live: hourMs } });
});

test('pauses are a quarter of the rest, from five seconds to fifteen minutes', () => {
  const look = (recountMs: number, liveMs: number, nowMs: number) =>
    progressOf([shard({ live: at(9, liveMs), recount: at(1, recountMs) })], undefined, nowMs);
  const before = look(0, 10 * hourMs, 0);
  expect(pauseSeconds(before, undefined)).toBe(5);
  // 100 s brought it 1,000 s nearer, while live counting moved on: 35,000 s are left, 3,500 s at that pace.
  expect(pauseSeconds(look(1_100_000, 10 * hourMs + 100_000, 100_000), before)).toBe(875);
  expect(pauseSeconds(look(10 * hourMs, 10 * hourMs, 100_000), before)).toBe(5);
  expect(pauseSeconds(look(1000, 10 * hourMs, 100_000), before)).toBe(900);
  expect(pauseSeconds(look(0, 10 * hourMs, 100_000), before)).toBe(900);
});

test('a week of recounting needs a few dozen looks', () => {
  const weekMs = 7 * 24 * hourMs;
  let nowMs = weekMs;
  let recountMs = 0;
  let looks = 0;
  let before: ReturnType<typeof progressOf> | undefined;
  // Twice as fast as the records came.
  for (; !isNear([shard({ live: at(9, nowMs), recount: at(1, recountMs) })]); looks += 1) {
    const now = progressOf([shard({ live: at(9, nowMs), recount: at(1, recountMs) })], before, nowMs);
    const seconds = pauseSeconds(now, before);
    before = now;
    nowMs += seconds * 1000;
    recountMs += 2000 * seconds;
  }
  expect(nowMs - weekMs).toBeGreaterThan(weekMs / 2);
  expect(looks).toBeLessThan(1000);
});
