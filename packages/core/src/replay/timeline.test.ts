import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Assignment } from './timeline.ts';
import { assign, earliestMs, firstTimeline, generationOf, rangesOf } from './timeline.ts';

const assignments = fc.array(
  fc.record({
    size: fc.constantFrom('1m', '1h', 'w60'),
    fromMs: fc.integer({ min: 0, max: 40 }),
    lengthMs: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    generation: fc.integer({ min: 0, max: 4 }),
  }),
  { maxLength: 12 },
);

function assignmentOf({ lengthMs, ...rest }: { lengthMs: number | undefined } & Omit<Assignment, 'toMs'>): Assignment {
  return { ...rest, ...(lengthMs === undefined ? {} : { toMs: rest.fromMs + lengthMs }) };
}

test('before any replay everything is generation 0', () => {
  expect(generationOf(firstTimeline, '1h', earliestMs)).toBe(0);
  expect(rangesOf(firstTimeline, '1h')).toEqual([{ generation: 0, fromMs: earliestMs }]);
});

test('the last assignment that holds a bucket gives its generation; neighbours differ', () => {
  fc.assert(
    fc.property(assignments, (drawn) => {
      const made = drawn.map((each) => assignmentOf(each as never));
      const Ranges = assign({}, made);
      for (const size of ['1m', '1h', 'w60'] as const) {
        for (let startMs = -1; startMs < 65; startMs += 1) {
          const last = made.findLast(
            (each) => each.size === size && each.fromMs <= startMs && startMs < (each.toMs ?? Number.POSITIVE_INFINITY),
          );
          expect(generationOf({ Ranges }, size, startMs)).toBe(last?.generation ?? 0);
        }
        const generations = (Ranges[size] ?? []).map(({ Generation }) => Generation);
        expect(generations.every((generation, at) => generation !== (generations[at - 1] ?? 0))).toBe(true);
        const starts = (Ranges[size] ?? []).map(({ FromMs }) => FromMs);
        expect(starts).toEqual([...new Set(starts)].sort((one, other) => one - other));
      }
    }),
  );
});

test('the ranges of a stretch are its generations, one after the other without gap', () => {
  fc.assert(
    fc.property(
      assignments,
      fc.integer({ min: -5, max: 60 }),
      fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
      (drawn, fromMs, lengthMs) => {
        const timeline = {
          Ranges: assign(
            {},
            drawn.map((each) => assignmentOf(each as never)),
          ),
        };
        const toMs = lengthMs === undefined ? undefined : fromMs + lengthMs;
        const ranges = rangesOf(timeline, '1m', fromMs, toMs);
        expect(ranges[0]?.fromMs).toBe(fromMs);
        expect(ranges.at(-1)?.toMs).toBe(toMs);
        for (const [at, range] of ranges.entries()) {
          if (at > 0) expect(ranges[at - 1]?.toMs).toBe(range.fromMs);
          for (let ms = range.fromMs; ms < (range.toMs ?? range.fromMs + 5); ms += 1) {
            expect(generationOf(timeline, '1m', ms)).toBe(range.generation);
          }
        }
      },
    ),
  );
});

test('a stretch of no length has no ranges, and no assignment has none', () => {
  expect(rangesOf(firstTimeline, '1m', 5, 5)).toEqual([]);
  expect(() => assign({}, [{ size: '1m', fromMs: 5, toMs: 5, generation: 1 }])).toThrow(RangeError);
});

test('other sizes stay as they are', () => {
  const before = assign({}, [{ size: '1h', fromMs: 10, generation: 1 }]);
  const after = assign(before, [{ size: '1m', fromMs: 0, toMs: 20, generation: 2 }]);
  expect(after).toEqual({
    '1h': [{ FromMs: 10, Generation: 1 }],
    '1m': [
      { FromMs: 0, Generation: 2 },
      { FromMs: 20, Generation: 0 },
    ],
  });
});
