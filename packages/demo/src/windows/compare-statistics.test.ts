import type { WindowRow } from '@tidemark/core/generate/window-expectation';
import { expect, test } from 'vitest';
import { compareStatistics } from './compare-statistics.ts';
import type { StatisticPoint } from './statistics.ts';

const minuteMs = Date.parse('2026-11-02T09:01:00Z');
const row = (startMs: number, count: number, sum: number, minimum: number, maximum: number): WindowRow => ({
  ...{ name: 'Bayard', startMs, records: count },
  measures: new Map([['distance', { count, sum, minimum, maximum }]]),
});
const points = (count: number, sum: number, minimum: number, maximum: number, at = minuteMs): StatisticPoint[] =>
  Object.entries({ count, sum, minimum, maximum }).map(([statistic, value]) => ({
    ...{
      name: 'Bayard',
      measure: 'distance',
      minuteMs: at,
      statistic: statistic as StatisticPoint['statistic'],
      value,
    },
  }));

test('equal sets; windows shorter than a minute add up in it', () => {
  const rows = [row(minuteMs, 2, 0.3, 0.1, 0.2), row(minuteMs + 30_000, 1, -4, -4, -4)];
  expect(compareStatistics(rows, points(3, -3.7, -4, 0.2))).toEqual({ sets: 1, differences: [] });
});

test('a window that begins inside a minute is under the minute', () => {
  expect(compareStatistics([row(minuteMs + 30_000, 1, 5, 5, 5)], points(1, 5, 5, 5)).differences).toEqual([]);
});

test.each([
  [points(3, 2, 1, 1), 'distance of Bayard at 09:01: count 3 instead of 2'],
  [points(2, 2.00000001, 1, 1), 'distance of Bayard at 09:01: sum 2.00000001 instead of 2'],
  [points(2, 2, 1 - 2 ** -53, 1), `distance of Bayard at 09:01: minimum ${1 - 2 ** -53} instead of 1`],
  [points(2, 2, 1, 2).slice(0, 3), 'distance of Bayard at 09:01: maximum missing instead of 1'],
  [[], 'distance of Bayard at 09:01: not in CloudWatch'],
  [[...points(2, 2, 1, 1), ...points(1, 1, 1, 1, minuteMs + 60_000)], 'distance of Bayard at 09:02: not in the table'],
])('a set that differs is told', (found, difference) => {
  expect(compareStatistics([row(minuteMs, 2, 2, 1, 1)], found).differences).toEqual([difference]);
});
