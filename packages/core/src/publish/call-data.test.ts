import { expect, test } from 'vitest';
import { metricBytesPerCallMax, metricsPerCallMax } from '../limits.ts';
import type { Figures } from '../series/figures.ts';
import { CallData } from './call-data.ts';
import { figuresBytesMax, statisticValues } from './datum.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');
const figures = (count: number, sum: readonly number[], minimum: number, maximum: number): Figures => ({
  ...{ count, sum, minimum, maximum },
});
const small = figures(1, [2], 2, 2);

test('the sets of one measure, name and start are one, added up without rounding', () => {
  const data = new CallData('rides');
  for (const part of [figures(1, [1e16], 1e16, 1e16), figures(1, [1], 1, 1), figures(2, [-1e16, 1], -1e16, 1)]) {
    expect(data.addFigures('Shadowfax', startMs, { distance: part })).toBe('added');
  }
  data.addFigures('Shadowfax', startMs + 60_000, { distance: small });
  data.addFigures('Shadowfax', startMs, { magic: small });
  data.addCount('Shadowfax', startMs, 4);
  const Dimensions = [
    { Name: 'Source', Value: 'rides' },
    { Name: 'EventName', Value: 'Shadowfax' },
  ];
  const Timestamp = new Date(startMs);
  const smallSet = { SampleCount: 1, Sum: 2, Minimum: 2, Maximum: 2 };
  expect(data.data()).toEqual([
    { MetricName: 'EventCount', Dimensions, Timestamp, Value: 4, Unit: 'Count' },
    {
      ...{ MetricName: 'distance', Dimensions, Timestamp },
      StatisticValues: { SampleCount: 4, Sum: 2, Minimum: -1e16, Maximum: 1e16 },
    },
    { MetricName: 'distance', Dimensions, Timestamp: new Date(startMs + 60_000), StatisticValues: smallSet },
    { MetricName: 'magic', Dimensions, Timestamp, StatisticValues: smallSet },
  ]);
});

test('sets that CloudWatch would refuse when they are merged are refused, all of the item, and what was there stays', () => {
  const data = new CallData('rides');
  const huge = figures(1, [2 ** 359], 2 ** 359, 2 ** 359);
  expect(data.addFigures('a', startMs, { distance: huge })).toBe('added');
  expect(data.addFigures('a', startMs, { health: small, distance: huge })).toBe('refused');
  expect(data.addFigures('a', startMs, { distance: figures(Number.MAX_SAFE_INTEGER, [1], 1, 1) })).toBe('refused');
  expect(data.data()).toMatchObject([{ StatisticValues: { SampleCount: 1, Sum: 2 ** 359 } }]);
});

test('a call holds 1,000 metrics; an item whose measures do not all fit waits whole', () => {
  const data = new CallData('rides');
  const measured = { distance: small, health: small, magic: small };
  for (let index = 0; index < 333; index++) expect(data.addFigures(`n${index}`, startMs, measured)).toBe('added');
  expect(data.addFigures('one more', startMs, { distance: small, health: small })).toBe('full');
  expect(data.addFigures('n0', startMs, measured)).toBe('added');
  expect(data.addCount('n0', startMs, 1)).toBe(true);
  expect(data.addCount('n1', startMs, 1)).toBe(false);
  expect(data.data()).toHaveLength(metricsPerCallMax);
});

test('a call of long names and numbers stays below 1 MB', () => {
  const data = new CallData('s'.repeat(100));
  const measure = 'm'.repeat(64);
  const long = figures(
    Number.MAX_SAFE_INTEGER - 1,
    [-1.2345678901234567e100],
    -1.2345678901234567e100,
    1.2345678901234567e-100,
  );
  let items = 0;
  while (
    data.addFigures('\u{1f600}'.repeat(62) + String(items).padStart(8, '0'), startMs, { [measure]: long }) === 'added'
  ) {
    items += 1;
  }
  expect(items).toBeGreaterThan(500);
  expect(items).toBeLessThan(metricsPerCallMax);
  expect(JSON.stringify(data.data()).length).toBeLessThanOrEqual(metricBytesPerCallMax);
});

test('the bound of a set holds for every number', () => {
  const numbers = [-1.2345678901234567e-100, -Number.MAX_VALUE, -Number.MIN_VALUE, 123456789012345680000];
  for (const number of numbers) expect(JSON.stringify(number).length).toBeLessThanOrEqual(24);
  const StatisticValues = { SampleCount: 24, Sum: 24, Minimum: 24, Maximum: 24 };
  const rest = JSON.stringify({ MetricName: 'distance', StatisticValues }).length - 4 * 2 + 4 * 24;
  expect(figuresBytesMax('a', 'b', 'distance')).toBeGreaterThan(rest);
});

test.each<[string, Figures, unknown]>([
  ['a sum is rounded once', figures(2, [1e16, 1], 1, 1e16), { SampleCount: 2, Sum: 1e16, Minimum: 1, Maximum: 1e16 }],
  ['a sum of 0', figures(2, [], -1, 1), { SampleCount: 2, Sum: 0, Minimum: -1, Maximum: 1 }],
  [
    'what is nearer to 0 than CloudWatch takes is 0',
    figures(2, [2 ** -361], -(2 ** -361), 2 ** -360),
    { SampleCount: 2, Sum: 0, Minimum: 0, Maximum: 2 ** -360 },
  ],
  ['no samples', figures(0, [], 1, 1), undefined],
  ['samples beyond counting', figures(2 ** 53, [1], 1, 1), undefined],
  ['a minimum above the maximum', figures(1, [1], 2, 1), undefined],
  ['a sum of 2^360', figures(1, [2 ** 360], 1, 1), undefined],
  ['a minimum that is no number', figures(1, [1], Number.NaN, 1), undefined],
])('%s', (_, { ...given }, statistics) => {
  expect(statisticValues(given)).toEqual(statistics);
});
