import { expect, test } from 'vitest';
import { fillGaps, sparkline } from './sparkline.ts';

test.each([
  [[], 8, ''],
  [[0, 1, 2, 3, 4, 5, 6, 7, 8], 20, ' ▁▂▃▄▅▆▇█'],
  [[0, 0], 20, '  '],
  [[1, 1000], 20, '▁█'],
  [[1, 1, 2, 2], 2, '▄█'],
  [[4, 4, 4, 4, 4], 4, '▄██'],
])('draws %j in %i places as %j', (values, width, line) => {
  expect(sparkline(values, width)).toBe(line);
});

test('a bucket without an item counts zero', () => {
  const buckets = [
    { startMs: 60, count: 1 },
    { startMs: 240, count: 2 },
  ];
  expect(fillGaps(buckets, 60, 0, 300)).toEqual([0, 1, 0, 0, 2, 0]);
});
