import { expect, test } from 'vitest';
import { type Chart, chartOf, valuesOf } from './chart.ts';

const metric = { Namespace: 'AWS/Lambda', MetricName: 'Errors' };
const stat = (name: string, Period = 300) => ({ Metric: { ...metric, MetricName: name }, Stat: 'Sum', Period });
const math = (Expression: string) => ({
  Metrics: [
    { Id: 'm0', MetricStat: stat('a') },
    { Id: 'm1', MetricStat: stat('b') },
    { Id: 'all', Expression },
  ],
});

test.each([
  ['a metric', { ...metric, Statistic: 'Sum' as const, Period: 900 }, ['Errors'], 'SUM', 300],
  ['a metric by the second', { ...metric, ExtendedStatistic: 'p99', Period: 10 }, ['Errors'], 'SUM', 60],
  ['a sum', math('SUM([m0, m1])'), ['a', 'b'], 'SUM', 300],
  ['the greatest', math('MAX([m0, m1])'), ['a', 'b'], 'MAX', 300],
  ['a band', math('ANOMALY_DETECTION_BAND(m0, 2)'), ['a'], 'SUM', 300],
  ['another expression', math('m0 / m1'), ['a'], 'SUM', 300],
])('of an alarm on %s', (_what, alarm, names, together, seconds) => {
  const chart = chartOf(alarm);
  expect(chart?.stats.map(({ Metric }) => Metric?.MetricName)).toEqual(names);
  expect(chart).toMatchObject({ together, stepMs: seconds * 1000 });
  expect(chart?.stats.map(({ Period }) => Period)).toEqual(names.map(() => seconds));
});

test('times have their unit', () => {
  expect(chartOf({ Metrics: [{ Id: 'm0', MetricStat: stat('IteratorAge') }] })).toMatchObject({ unit: 'ms' });
  expect(chartOf({ Namespace: 'Tidemark', MetricName: 'Freshness', Statistic: 'Maximum' })).toMatchObject({
    unit: 's',
  });
});

test('of an alarm that watches no metric there is none', () => {
  expect(chartOf({ AlarmName: 'composite' })).toBeUndefined();
});

test.each([
  ['Sum', 0],
  ['SampleCount', 0],
  ['Average', null],
  ['Minimum', null],
] as const)('no data for %s are %s', (Statistic, none) => {
  expect(chartOf({ ...metric, Statistic })).toMatchObject({ none });
});

test('values are those of the steps that are over', () => {
  const chart: Chart = { stepMs: 1000, stats: [], together: 'SUM', none: 0 };
  const data = [
    new Map([
      [7000, 2],
      [9000, 9],
      [10_000, 99],
    ]),
    new Map([[7000, 3]]),
  ];
  expect(valuesOf(chart, data, 10_500, 4000)).toEqual([0, 5, 0, 9]);
  expect(valuesOf({ ...chart, together: 'MAX' }, data, 10_500, 4000)).toEqual([0, 3, 0, 9]);
  expect(valuesOf({ ...chart, none: null }, data, 10_500, 4000)).toEqual([null, 5, null, 9]);
});
