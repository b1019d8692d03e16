import { describe, expect, test } from 'vitest';
import { hourMs, minuteMs, startMs, triedAlarms } from '../../../../test/tried-alarms.ts';
import { BandModel, parseBand } from './band.ts';

const dayMs = 24 * hourMs;
/** `count` values by the minute from `atMs` on. */
const minutes = (atMs: number, count: number, value: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => ({ atMs: atMs + index * minuteMs, value: value(index) }));

describe('the model', () => {
  test('mean and deviation of the same hour of the week', () => {
    const learnt = [
      ...minutes(startMs - 7 * dayMs, 20, (index) => (index % 2 === 0 ? 90 : 110)),
      ...minutes(startMs - dayMs, 20, () => 500),
    ];
    const { lower = 0, upper = 0 } = new BandModel(learnt).boundsAt(startMs, 2) ?? {};
    // The sample's deviation of ten times 90 and ten times 110.
    const deviation = Math.sqrt((20 * 100) / 19);
    expect(lower).toBeCloseTo(100 - 2 * deviation, 9);
    expect(upper).toBeCloseTo(100 + 2 * deviation, 9);
  });

  test('of the same hour of the day where the week has too few, and of all where that has', () => {
    const learnt = [
      ...minutes(startMs - 7 * dayMs, 9, () => 1_000),
      ...minutes(startMs - dayMs, 20, () => 1_000),
      ...minutes(startMs - dayMs + 5 * hourMs, 9, () => 3_000),
    ];
    const model = new BandModel(learnt);
    expect(model.boundsAt(startMs, 2)).toEqual({ lower: 1_000, upper: 1_000 });
    const { lower = 0, upper = 0 } = model.boundsAt(startMs + 5 * hourMs, 1) ?? {};
    expect((lower + upper) / 2).toBeCloseTo((29 * 1_000 + 9 * 3_000) / 38, 6);
  });

  test('does not go below 0 around values that never do, and says nothing after fewer than ten', () => {
    const sparse = minutes(startMs - dayMs, 10, (index) => (index === 0 ? 10 : 0));
    expect(new BandModel(sparse).boundsAt(startMs, 5)?.lower).toBe(0);
    const negative = sparse.map(({ atMs, value }) => ({ atMs, value: value - 1 }));
    expect(new BandModel(negative).boundsAt(startMs, 5)?.lower).toBeLessThan(-1);
    expect(new BandModel(sparse.slice(1)).boundsAt(startMs, 5)).toBeUndefined();
  });

  test('expressions', () => {
    expect(parseBand('ANOMALY_DETECTION_BAND(m1, 2.5)')).toEqual({ aroundId: 'm1', width: 2.5 });
    expect(parseBand(' ANOMALY_DETECTION_BAND( m1 ) ')).toEqual({ aroundId: 'm1', width: 2 });
    expect(parseBand('ANOMALY_DETECTION_BAND(m1, m2)')).toBeUndefined();
  });
});

describe('an alarm on a band', () => {
  const own = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };
  const metric = { Namespace: 'N', MetricName: 'M' };
  const band = (ComparisonOperator: string) => ({
    ...{ ...own, Threshold: undefined, ComparisonOperator, ThresholdMetricId: 'ad' },
    Metrics: [
      { Id: 'm', MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' } },
      { Id: 'ad', Expression: 'ANOMALY_DETECTION_BAND(m, 2)', Label: 'M (expected)' },
    ],
  });
  const outside = 'LessThanLowerOrGreaterThanUpperThreshold';

  /** An hour of values between 90 and 110, then these. */
  function after(comparison: string, ...values: number[]) {
    const tried = triedAlarms();
    tried.put('a', band(comparison));
    for (let minute = 60 + values.length; minute > values.length; minute -= 1) {
      tried.add(minute, minute % 2 === 0 ? 90 : 110);
    }
    values.forEach((value, index) => {
      tried.add(values.length - index, value);
    });
    tried.after(0);
    return tried;
  }

  test.each([
    [outside, [100], 'OK'],
    [outside, [150], 'ALARM'],
    [outside, [50], 'ALARM'],
    ['LessThanLowerThreshold', [150], 'OK'],
    ['LessThanLowerThreshold', [50], 'ALARM'],
    ['GreaterThanUpperThreshold', [150], 'ALARM'],
    ['GreaterThanUpperThreshold', [50], 'OK'],
  ])('%s, after %j: %s', (comparison, values, state) => {
    expect(after(comparison, ...values).state('a')).toBe(state);
  });

  test('a bound is inside', () => {
    const tried = triedAlarms();
    tried.put('a', band(outside));
    for (let minute = 20; minute > 0; minute -= 1) tried.add(minute, 100);
    tried.after(0);
    expect(tried.state('a')).toBe('OK');
  });

  test('its reason has the bounds', () => {
    const { alarms } = after(outside, 150);
    const { reason = '', reasonData = '' } = alarms.get('a')?.state ?? {};
    expect(reason).toMatch(
      /^Thresholds Crossed: 1 datapoint \[150\.0 \(02\/11\/26 08:59:00\)\] was less than the lower thresholds \[79\.6\d+\] or greater than the upper thresholds \[119\.9\d+\]\.$/,
    );
    expect(reasonData).toMatch(
      /"recentDatapoints":\[150\.0\],"recentLowerThresholds":\[79\.6\d+\],"recentUpperThresholds":\[119\.9\d+\],"evaluatedDatapoints":\[\{"timestamp":"2026-11-02T08:59:00\.000\+0000","value":150\.0\}\]/,
    );
    const above = after('GreaterThanUpperThreshold', 100).alarms.get('a')?.state;
    expect(above?.reason).toMatch(/was not greater than the upper thresholds \[119\.9\d+\]\.$/);
    expect(above?.reasonData).toMatch(/"value":100\.0,"threshold":119\.9\d+\}\]\}$/);
  });

  test('of five datapoints and more, its reason has the bounds of the newest', () => {
    const tried = triedAlarms();
    tried.put('a', { ...band(outside), EvaluationPeriods: 7, DatapointsToAlarm: 6 });
    for (let minute = 60; minute > 6; minute -= 1) tried.add(minute, minute % 2 === 0 ? 90 : 110);
    for (let minute = 6; minute > 0; minute -= 1) tried.add(minute, 150);
    tried.after(0);
    const words = 'were less than the lower thresholds or greater than the upper thresholds';
    const reason = tried.reason('a')?.replaceAll(/(?<=[[ ])(79\.|119\.)\d+/g, '$1') ?? '';
    expect(reason).toBe(
      `Thresholds Crossed: 6 out of the last 7 datapoints ${words}. Recent datapoints [${[59, 58, 57, 56, 55]
        .map((minute) => `150.0 (02/11/26 08:${minute}:00)`)
        .join(', ')}] crossed the lower thresholds [${Array(5).fill('79.').join(', ')}] or upper thresholds [${Array(5)
        .fill('119.')
        .join(', ')}] (minimum 6 datapoints for OK -> ALARM transition).`,
    );
  });

  test('what it looks at does not make itself normal', () => {
    const tried = triedAlarms();
    tried.put('a', { ...band(outside), EvaluationPeriods: 4 });
    // Three of fifteen values would draw the band over themselves.
    for (let minute = 16; minute > 4; minute -= 1) tried.add(minute, minute % 2 === 0 ? 90 : 110);
    for (let minute = 4; minute > 0; minute -= 1) tried.add(minute, 1_000);
    tried.after(0);
    expect(tried.state('a')).toBe('ALARM');
  });

  test('learns what has become usual, every hour once it has learnt much', () => {
    const tried = triedAlarms();
    tried.put('a', band(outside));
    for (let minute = 1_100; minute > 0; minute -= 1) tried.add(minute, minute % 2 === 0 ? 90 : 110);
    tried.after(0);
    expect(tried.state('a')).toBe('OK');
    for (let minute = 0; minute < 62; minute += 1) tried.add(-minute, minute % 2 === 0 ? 180 : 220);
    tried.after(2 * minuteMs);
    expect(tried.state('a')).toBe('ALARM');
    tried.after(18 * minuteMs);
    expect(tried.state('a')).toBe('OK');
  });

  test('waits until there is something to learn from, whatever missing data are', () => {
    const tried = triedAlarms();
    tried.put('a', { ...band(outside), TreatMissingData: 'breaching' });
    for (let minute = 12; minute > 3; minute -= 1) tried.add(minute, 100);
    tried.after(0);
    expect(tried.state('a')).toBe('INSUFFICIENT_DATA');
    tried.add(13, 100);
    tried.after(0);
    expect(tried.state('a')).toBe('ALARM');
  });

  test('does not learn from what its detector excludes', () => {
    const tried = after(outside, 150);
    const stat = { metric: { namespace: 'N', metricName: 'M', dimensions: [] }, statistic: 'Sum' } as const;
    tried.detectors.put(stat, [{ fromMs: 0, toMs: startMs }]);
    tried.put('b', band(outside));
    tried.after(0);
    expect([tried.state('a'), tried.state('b')]).toEqual(['ALARM', 'INSUFFICIENT_DATA']);
  });
});
