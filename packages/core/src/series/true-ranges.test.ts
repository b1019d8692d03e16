import fc from 'fast-check';
import { expect, test } from 'vitest';
import { floorsOf } from '../control/floors.ts';
import type { TimelineRanges } from '../replay/timeline.ts';
import { generationOf } from '../replay/timeline.ts';
import { bucketMs } from './bucket.ts';
import { decodeBucket, encodeBucket } from './key.ts';
import { trueRanges } from './true-ranges.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');
const noFloors = floorsOf(undefined);
const minute = bucketMs['1m'];

test('without a timeline all is of generation 0, and without bounds nothing is left out', () => {
  expect(trueRanges({ timeline: { Ranges: {} }, floors: noFloors }, '1h')).toEqual([
    { low: '1h#0000#0000-01-01T00:00:00Z', high: '1h#0000#~' },
  ]);
});

test('each stretch of the timeline is a range of its own generation, cut to what is asked for and to the floor', () => {
  const Ranges = {
    '1h': [
      { FromMs: startMs + 1, Generation: 3 },
      { FromMs: startMs + 10 * bucketMs['1h'], Generation: 12 },
    ],
  };
  const timeline = { Ranges };
  expect(trueRanges({ timeline, floors: noFloors }, '1h', startMs - bucketMs['1h'])).toEqual([
    { low: '1h#0000#2026-11-02T08:00:00Z', high: '1h#0000#2026-11-02T09:00:01Z' },
    { low: '1h#0003#2026-11-02T09:00:01Z', high: '1h#0003#2026-11-02T19:00:00Z' },
    { low: '1h#0012#2026-11-02T19:00:00Z', high: '1h#0012#~' },
  ]);
  const floors = floorsOf({ Floors: { '1h': [{ FromMs: 0, FloorMs: startMs + 5 * bucketMs['1h'] }] } });
  const toMs = startMs + 7 * bucketMs['1h'];
  expect(trueRanges({ timeline, floors }, '1h', undefined, toMs)).toEqual([
    { low: '1h#0003#2026-11-02T14:00:00Z', high: '1h#0003#2026-11-02T16:00:00Z' },
  ]);
  expect(trueRanges({ timeline, floors }, '1h', startMs, startMs + bucketMs['1h'])).toEqual([]);
  // Windows have a floor and a timeline of their own size.
  expect(trueRanges({ timeline, floors }, 'w60', startMs)).toEqual([
    { low: 'w60#0000#2026-11-02T09:00:00Z', high: 'w60#0000#~' },
  ]);
  const windows = floorsOf({ Floors: { w60: [{ FromMs: 0, FloorMs: startMs + 90_500 }] } });
  expect(trueRanges({ timeline, floors: windows }, 'w60', startMs)).toEqual([
    { low: 'w60#0000#2026-11-02T09:01:31Z', high: 'w60#0000#~' },
  ]);
});

test('what was restored below the floor is read again, of the generation that was true, and no more of it than that', () => {
  const hour = bucketMs['1h'];
  const timeline = { Ranges: { '1h': [{ FromMs: startMs + 2 * hour, Generation: 3 }] } };
  const restored = (FromMs: number, ToMs: number) => ({ FromMs, ToMs, UntilMs: 0, Run: 'r' });
  const floors = floorsOf({
    Floors: { '1h': [{ FromMs: 0, FloorMs: startMs + 10 * hour }], '1m': [{ FromMs: 0, FloorMs: startMs }] },
    Restored: {
      '1h': [restored(startMs + hour, startMs + 3 * hour), restored(startMs + 9 * hour, startMs + 10 * hour)],
    },
  });
  const truth = { timeline, floors };
  expect(trueRanges(truth, '1h')).toEqual([
    { low: '1h#0000#2026-11-02T10:00:00Z', high: '1h#0000#2026-11-02T11:00:00Z' },
    { low: '1h#0003#2026-11-02T11:00:00Z', high: '1h#0003#2026-11-02T12:00:00Z' },
    // It meets the floor.
    { low: '1h#0003#2026-11-02T18:00:00Z', high: '1h#0003#~' },
  ]);
  expect(trueRanges(truth, '1h', startMs + 2 * hour, startMs + 9 * hour)).toEqual([
    { low: '1h#0003#2026-11-02T11:00:00Z', high: '1h#0003#2026-11-02T12:00:00Z' },
  ]);
  expect(trueRanges(truth, '1m', undefined, startMs)).toEqual([]);
});

test('of every bucket asked for the true partial lies in one range, and no other does', () => {
  const entries = fc.array(
    fc.record({ at: fc.nat({ max: 30 * 60_000 }), Generation: fc.integer({ min: 1, max: 4 }) }),
    {
      maxLength: 5,
    },
  );
  const bound = fc.option(fc.nat({ max: 30 * 60_000 }), { nil: undefined });
  fc.assert(
    fc.property(entries, bound, bound, bound, fc.tuple(fc.nat(30), fc.nat(30)), (made, from, to, floor, opened) => {
      const sorted = made.toSorted((one, other) => one.at - other.at);
      const Ranges: TimelineRanges = {
        '1m': sorted.map(({ at, Generation }) => ({ FromMs: startMs + at, Generation })),
      };
      const [openFrom, openTo] = opened.map((at) => startMs + at * minute) as [number, number];
      const Restored = { '1m': [{ FromMs: openFrom, ToMs: openTo, UntilMs: 0, Run: 'r' }] };
      const floors = floorsOf(
        floor === undefined ? undefined : { Floors: { '1m': [{ FromMs: 0, FloorMs: startMs + floor }] }, Restored },
      );
      const [fromMs, toMs] = [from, to].map((each) => (each === undefined ? undefined : startMs + each));
      const ranges = trueRanges({ timeline: { Ranges }, floors }, '1m', fromMs, toMs);
      for (let at = -2; at < 32; at += 1) {
        const bucketStartMs = startMs + at * minute;
        const isAsked =
          bucketStartMs >= (fromMs ?? Number.NEGATIVE_INFINITY) && bucketStartMs < (toMs ?? Number.POSITIVE_INFINITY);
        const isKept = floor === undefined || bucketStartMs >= startMs + floor;
        const isWanted = isAsked && (isKept || (openFrom <= bucketStartMs && bucketStartMs < openTo));
        const found = [0, 1, 2, 3, 4]
          .map((generation) => encodeBucket({ size: '1m', generation, startMs: bucketStartMs, slice: '000000000007' }))
          .flatMap((key) =>
            ranges.filter(({ low, high }) => low <= key && key <= high).map(() => decodeBucket(key).generation),
          );
        expect(found).toEqual(isWanted ? [generationOf({ Ranges }, '1m', bucketStartMs)] : []);
      }
    }),
  );
});
