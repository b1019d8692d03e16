import fc from 'fast-check';
import { expect, test } from 'vitest';
import { floorsOf } from '../control/floors.ts';
import { aheadOfArrivalMsMax } from '../limits.ts';
import { encodeSequence } from '../series/sequence.ts';
import type { ShardBeginning } from './first-bucket.ts';
import { firstBucketMs, firstBySize, isExempt } from './first-bucket.ts';
import { earliestMs } from './timeline.ts';

const fence = (sequence: number): string => encodeSequence(String(sequence));
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function shard(change: Partial<ShardBeginning>): ShardBeginning {
  return { shardId: 'shardId-000000000000', live: {}, ...change };
}

function seen(FirstSequence: string | undefined, ArrivalMs = 50 * hourMs) {
  return { count: { ArrivalMs, ...(FirstSequence === undefined ? {} : { FirstSequence }) } };
}

const recount = { FirstSequence: fence(10), FirstArrivalMs: 20 * hourMs };

test.each([
  ['the recount has the first record that was ever seen', seen(fence(10)), true],
  ['and where it has one that nobody ever saw', seen(fence(11)), true],
  ['an older record was seen', seen(fence(9)), false],
  ['nobody noted the first', seen(undefined), false],
  ['a checkpoint of an earlier version', seen(''), false],
  ['live counting has not begun', {}, false],
  [
    'one of two consumers saw an older record',
    { ...seen(fence(10)), window: { FirstSequence: fence(9), ArrivalMs: 1 } },
    false,
  ],
])('a shard is exempt: %s', (_, live, exempt) => {
  expect(isExempt(shard({ live, recount }))).toBe(exempt);
});

test('no shard, no shard with anything in it, only exempt ones: from the beginning', () => {
  expect(firstBucketMs([])).toBe(earliestMs);
  expect(firstBucketMs([shard({})])).toBe(earliestMs);
  expect(firstBucketMs([shard({ live: seen(fence(10)), recount })])).toBe(earliestMs);
  expect(firstBucketMs([shard({ live: seen(fence(10)), recount })], 7)).toBe(7);
});

test('the latest of what any shard lacks, and what events may be ahead', () => {
  const older = shard({ live: seen(fence(1)), recount });
  const newer = shard({ live: seen(fence(1)), recount: { ...recount, FirstArrivalMs: 30 * hourMs } });
  expect(firstBucketMs([older, newer])).toBe(32 * hourMs + minuteMs);
  expect(firstBucketMs([newer, older], 40 * hourMs)).toBe(40 * hourMs);
  expect(firstBucketMs([shard({ live: seen(fence(1), 25 * hourMs) })])).toBe(27 * hourMs + minuteMs);
});

test('what the stream was seen to hold needs no record to begin with', () => {
  const quiet = shard({ live: seen(fence(1)), recount, heldFromMs: 12 * hourMs });
  expect(firstBucketMs([quiet])).toBe(14 * hourMs);
  expect(firstBucketMs([shard({ live: seen(fence(1)), heldFromMs: 12 * hourMs })])).toBe(14 * hourMs);
});

test('no event of a bucket from T on lies before the first record of the recount', () => {
  const record = fc.record({
    gapMs: fc.nat(hourMs),
    /** Arrivals may go backwards a little. */
    disorderMs: fc.nat(minuteMs - 1),
    aheadMs: fc.integer({ min: -hourMs, max: aheadOfArrivalMsMax }),
  });
  const drawnShard = fc.record({
    records: fc.array(record, { minLength: 1, maxLength: 30 }),
    trimmed: fc.nat(30),
    seenFrom: fc.nat(30),
  });
  fc.assert(
    fc.property(fc.array(drawnShard, { minLength: 1, maxLength: 3 }), (drawn) => {
      const lost: number[] = [];
      const shards = drawn.map(({ records, trimmed, seenFrom }) => {
        let clockMs = 1000 * hourMs;
        const stored = records.map(({ gapMs, disorderMs, aheadMs }, at) => {
          clockMs += gapMs;
          const arrivalMs = clockMs - disorderMs;
          return { sequence: fence(at + 1), arrivalMs, timeMs: arrivalMs + aheadMs };
        });
        // Tidemark saw the shard from some record on; the recount from where the stream begins.
        const counted = stored.slice(seenFrom);
        const recounted = stored.slice(trimmed);
        lost.push(
          ...counted
            .filter(({ sequence }) => !recounted.some((each) => each.sequence === sequence))
            .map(({ timeMs }) => timeMs),
        );
        const [first] = counted;
        const last = counted.at(-1);
        const [begin] = recounted;
        return shard({
          ...(first && last ? { live: { count: { FirstSequence: first.sequence, ArrivalMs: last.arrivalMs } } } : {}),
          ...(begin ? { recount: { FirstSequence: begin.sequence, FirstArrivalMs: begin.arrivalMs } } : {}),
        });
      });
      const firstMs = firstBucketMs(shards);
      for (const timeMs of lost) expect(timeMs).toBeLessThan(firstMs);
    }),
    { numRuns: 500 },
  );
});

test('no bucket and no window comes back from below its prune floor, from the moment when that is decided', () => {
  const floors = floorsOf({
    Floors: {
      '1m': [
        { FromMs: 0, FloorMs: 3 * hourMs },
        { FromMs: Number.MAX_SAFE_INTEGER, FloorMs: 5 * hourMs },
      ],
      '1h': [{ FromMs: 0, FloorMs: 1 * hourMs }],
      w60: [{ FromMs: 0, FloorMs: 4 * hourMs }],
    },
  });
  expect(firstBySize(2 * hourMs, ['1m', '1h', 'w60', 'w30'], floors)).toEqual({
    '1m': 5 * hourMs,
    '1h': 2 * hourMs,
    w60: 4 * hourMs,
    w30: 2 * hourMs,
  });
});

test('the first of each size is the start of a bucket', () => {
  const firstMs = Date.parse('2026-11-02T09:30:10.001Z');
  const first = firstBySize(firstMs, ['1m', '1h', '1d', 'w30'], floorsOf(undefined));
  expect(Object.entries(first).map(([size, ms = 0]) => [size, new Date(ms).toISOString()])).toEqual([
    ['1m', '2026-11-02T09:31:00.000Z'],
    ['1h', '2026-11-02T10:00:00.000Z'],
    ['1d', '2026-11-03T00:00:00.000Z'],
    ['w30', '2026-11-02T09:30:30.000Z'],
  ]);
  expect(firstBySize(earliestMs, ['1d'], floorsOf(undefined))).toEqual({ '1d': earliestMs });
});
