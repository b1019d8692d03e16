import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sliceOfShard } from '../series/key.ts';
import { encodeSequence } from '../series/sequence.ts';
import { assign, generationOf } from './timeline.ts';
import { holdOf, Stays, stayReasonOf, undoOf, undoRunsMax } from './undo.ts';

const fence = (sequence: number): string => encodeSequence(String(sequence));
const minuteMs = 60_000;
const hold = new Map([['000000000000', fence(100)]]);

test.each([
  ['at the hold', '000000000000', 100, undefined],
  ['past it', '000000000000', 101, 'counted-since'],
  ['of a shard that was not counted then', '000000000001', 1, 'no-checkpoint'],
])('a partial whose fence is %s', (_, slice, sequence, reason) => {
  expect(stayReasonOf({ startMs: 0, slice, fence: fence(sequence) }, hold)).toBe(reason);
});

test('buckets are held against the checkpoints of count, windows against those of window', () => {
  const checkpoints = { count: { 'shardId-000000000000': fence(1) }, window: { 'shardId-000000000000': fence(2) } };
  expect(holdOf('1h', checkpoints, sliceOfShard)).toEqual(new Map([['000000000000', fence(1)]]));
  expect(holdOf('w60', checkpoints, sliceOfShard)).toEqual(new Map([['000000000000', fence(2)]]));
});

test('neighbours that stay are one span, in whatever order they are found', () => {
  const stays = new Stays('1m');
  for (const minute of [4, 2, 9, 3, 2]) stays.add(minute * minuteMs, 'counted-since');
  expect(stays.spans).toEqual([
    { fromMs: 2 * minuteMs, toMs: 5 * minuteMs, reason: 'counted-since' },
    { fromMs: 9 * minuteMs, toMs: 10 * minuteMs, reason: 'counted-since' },
  ]);
});

test('spans that stay are never many: the shortest gaps are closed, and nothing that stays is lost', () => {
  const stays = new Stays('1m');
  const minutes = Array.from({ length: 1000 }, (_, at) => 3 * at + (at % 7 === 0 ? 1 : 0));
  for (const minute of minutes) stays.add(minute * minuteMs, 'counted-since');
  expect(stays.spans.length).toBeLessThanOrEqual(2 * undoRunsMax);
  const isIn = (ms: number): boolean => stays.spans.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
  expect(minutes.every((minute) => isIn(minute * minuteMs))).toBe(true);
});

const timelines = fc.array(
  fc.record({
    fromMs: fc.nat(60),
    lengthMs: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
    generation: fc.nat(3),
  }),
  { maxLength: 5 },
);

function rangesFrom(drawn: typeof timelines extends fc.Arbitrary<infer T> ? T : never, base = {}) {
  return assign(
    base,
    drawn.map(({ fromMs, lengthMs, generation }) => ({
      size: '1m' as const,
      fromMs: fromMs * minuteMs,
      ...(lengthMs === undefined ? {} : { toMs: (fromMs + lengthMs) * minuteMs }),
      generation,
    })),
  );
}

test('what is given back is complete in what it was before, and only what the timeline still has as the run’s', () => {
  fc.assert(
    fc.property(
      timelines,
      fc.nat(60),
      // Later runs, of other generations.
      timelines.map((drawn) => drawn.map((each) => ({ ...each, generation: each.generation + 10 }))),
      fc.uniqueArray(fc.tuple(fc.nat(80), fc.boolean()), { selector: ([minute]) => minute }),
      fc.option(fc.nat(90), { nil: Number.NEGATIVE_INFINITY }),
      (earlier, firstMinute, later, partials, floorMinute) => {
        const before = rangesFrom(earlier);
        const run = 7;
        const switched = assign(before, [{ size: '1m', fromMs: firstMinute * minuteMs, generation: run }]);
        const now = { Ranges: rangesFrom(later, switched) };
        const found = partials.filter(([minute]) => generationOf(now, '1m', minute * minuteMs) === run);
        const stays = new Stays('1m');
        for (const [minute, isPast] of found) if (isPast) stays.add(minute * minuteMs, 'counted-since');
        const lastMinute = Math.max(...found.map(([minute]) => minute));
        const plan = undoOf(now, before, {
          size: '1m',
          generation: run,
          lastMs: found.length === 0 ? undefined : lastMinute * minuteMs,
          stays: stays.spans,
          floorMs: floorMinute * minuteMs,
        });
        const after = { Ranges: assign(now.Ranges, plan.assignments) };
        for (let minute = -1; minute < 120; minute += 1) {
          const startMs = minute * minuteMs;
          const was = generationOf(now, '1m', startMs);
          const is = generationOf(after, '1m', startMs);
          const isPast = found.some(([at, past]) => at === minute && past);
          const isEmptyTail = stays.spans.length > 0 && minute > lastMinute;
          const isPruned = minute < floorMinute;
          if (was !== run || isPast || isEmptyTail || isPruned) expect(is).toBe(was);
          else expect(is).toBe(generationOf({ Ranges: before }, '1m', startMs));
        }
      },
    ),
    { numRuns: 300 },
  );
});

const noFloor = { floorMs: Number.NEGATIVE_INFINITY };

test('a hundred runs are given back, the longest; the others stay, and are listed', () => {
  const now = { Ranges: assign({}, [{ size: '1m', fromMs: 0, generation: 1 }]) };
  const stays = new Stays('1m');
  // Between those that stay, one free minute, or two at the beginning.
  let minute = 2;
  for (let at = 0; at < undoRunsMax + 10; at += 1) {
    stays.add(minute * minuteMs, 'counted-since');
    minute += at < 50 ? 3 : 2;
  }
  const lastMs = minute * minuteMs;
  const plan = undoOf(now, {}, { size: '1m', generation: 1, lastMs, stays: stays.spans, ...noFloor });
  expect(plan.assignments).toHaveLength(undoRunsMax);
  expect(
    plan.assignments.filter(({ fromMs, toMs }) => (toMs ?? 0) - fromMs === 2 * minuteMs).length,
  ).toBeGreaterThanOrEqual(51);
  expect(plan.stays.filter(({ reason }) => reason === 'too-many-runs')).toHaveLength(11);
  expect(plan.stays.filter(({ reason }) => reason === 'counted-since')).toHaveLength(undoRunsMax + 10);
  expect(new Set(plan.assignments.map(({ generation }) => generation))).toEqual(new Set([0]));
});

test('where nothing was counted since, all is given back, what is still to come as well', () => {
  const now = { Ranges: assign({}, [{ size: '1h', fromMs: 0, generation: 1 }]) };
  const plan = undoOf(now, {}, { size: '1h', generation: 1, lastMs: 5, stays: [], ...noFloor });
  expect(assign(now.Ranges, plan.assignments)).toEqual({ '1h': [] });
});

test('nothing is given back below a prune floor, nor of the bucket that it lies in', () => {
  const now = { Ranges: assign({}, [{ size: '1h', fromMs: 0, generation: 1 }]) };
  const hourMs = 60 * minuteMs;
  const plan = undoOf(now, {}, { size: '1h', generation: 1, lastMs: 5, stays: [], floorMs: 3 * hourMs + 1 });
  expect(plan).toEqual({ assignments: [{ size: '1h', fromMs: 4 * hourMs, generation: 0 }], stays: [] });
});
