import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FiguresItem } from './figures.ts';
import { figuresOf, figuresToItem, mergeFigures } from './figures.ts';
import { encodeBucket } from './key.ts';
import { measureNames, windowTotals } from './window-total.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');
const minute = 60_000;

function partial(name: string, minutes: number, slice: string, values: readonly number[], measure = 'distance') {
  const figures = values.map(figuresOf).reduce(mergeFigures);
  return {
    EventName: name,
    Bucket: encodeBucket({ size: 'w60', generation: 0, startMs: startMs + minutes * minute, slice }),
    EventCount: values.length,
    Measures: { [measure]: figuresToItem(figures) } as Readonly<Record<string, FiguresItem>>,
  };
}

test('one name on several shards is one row a window; by name and then by time', () => {
  const rows = windowTotals([
    partial('b', 0, '1', [5]),
    partial('a', 1, '0', [1]),
    partial('a', 0, '1', [0.2, -4]),
    partial('a', 0, '0', [0.1]),
  ]);
  expect(rows.map(({ name, startMs: at, records }) => [name, (at - startMs) / minute, records])).toEqual([
    ['a', 0, 3],
    ['a', 1, 1],
    ['b', 0, 1],
  ]);
  expect(rows[0]).toEqual({
    name: 'a',
    startMs,
    endMs: startMs + minute,
    records: 3,
    measures: new Map([['distance', { count: 3, sum: -3.7, minimum: -4, maximum: 0.2, average: -3.7 / 3 }]]),
  });
});

test('sums are rounded once, when everything is added up', () => {
  const [row] = windowTotals([partial('a', 0, '0', [1e100, 1]), partial('a', 0, '1', [-1e100, 1])]);
  expect(row?.measures.get('distance')).toMatchObject({ count: 4, sum: 2, average: 0.5 });
});

test('buckets are no windows, and windows of other lengths are rows of their own', () => {
  const bucket = {
    ...partial('a', 0, '0', [1]),
    Bucket: encodeBucket({ size: '1m', generation: 0, startMs, slice: '0' }),
  };
  const long = {
    ...partial('a', 0, '0', [1]),
    Bucket: encodeBucket({ size: 'w900', generation: 0, startMs, slice: '0' }),
  };
  const rows = windowTotals([long, bucket, partial('a', 0, '0', [1])]);
  expect(rows.map(({ endMs }) => (endMs - startMs) / minute)).toEqual([1, 15]);
});

test('a measure that was configured in the middle of a window has its own count', () => {
  const [row] = windowTotals([partial('a', 0, '0', [1, 2, 3]), partial('a', 0, '1', [8, 10], 'health')]);
  expect(row?.records).toBe(5);
  expect(row?.measures.get('health')).toMatchObject({ count: 2, average: 9 });
});

test('the order of the partials does not matter', () => {
  const value = fc.oneof(fc.double({ min: -1e100, max: 1e100, noNaN: true }), fc.constantFrom(0.1, 1e16, -1e16, 1));
  const usable = value.map((each) => (Math.abs(each) < 1e-100 ? 0 : each));
  const partials = fc.array(
    fc.record({
      name: fc.constantFrom('a', 'b#c'),
      minutes: fc.nat(2),
      slice: fc.nat(3),
      values: fc.array(usable, { minLength: 1, maxLength: 4 }),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(partials, fc.infiniteStream(fc.nat()), (made, random) => {
      const items = made.map(({ name, minutes, slice, values }) => partial(name, minutes, String(slice), values));
      const shuffled = items
        .map((item) => ({ item, place: random.next().value as number }))
        .sort((one, other) => one.place - other.place)
        .map(({ item }) => item);
      expect(windowTotals(shuffled)).toEqual(windowTotals(items));
    }),
  );
});

test('names of measures: those configured, then what older rows hold', () => {
  const rows = windowTotals([
    partial('a', 0, '0', [1], 'magic'),
    partial('a', 1, '0', [1], 'health'),
    partial('a', 2, '0', [1]),
  ]);
  expect(measureNames(rows, ['distance', 'speed'])).toEqual(['distance', 'speed', 'health', 'magic']);
});
