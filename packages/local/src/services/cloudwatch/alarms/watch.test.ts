import { describe, expect, test, vi } from 'vitest';
import { minuteMs, startMs, topic, triedAlarms } from '../../../../test/tried-alarms.ts';

describe('evaluation', () => {
  test('goes through its states, with an event and the actions of each transition', () => {
    const tried = triedAlarms();
    tried.put('a', {
      ...{ OKActions: [topic('ok')], AlarmActions: [topic('one'), topic('two')] },
      InsufficientDataActions: [topic('unknown')],
    });
    expect([tried.state('a'), tried.reason('a')]).toEqual(['INSUFFICIENT_DATA', 'Unchecked: Initial alarm creation']);
    tried.add(1, 11);
    tried.after(0);
    tried.after(0);
    tried.add(0, 10);
    tried.after(minuteMs);
    tried.after(3 * minuteMs);
    expect(tried.taken).toEqual(['ALARM: one', 'ALARM: two', 'OK: ok', 'INSUFFICIENT_DATA: unknown']);
    expect(tried.events.map(({ detail, timeMs }) => [detail.state, timeMs])).toMatchObject([
      [{ value: 'ALARM' }, startMs + 1],
      [{ value: 'OK' }, startMs + minuteMs],
      [{ value: 'INSUFFICIENT_DATA' }, startMs + 4 * minuteMs],
    ]);
  });

  test.each([
    ['SampleCount', 2, 'ALARM'],
    ['SampleCount', 1.5, 'OK'],
    ['Sum', 30, 'ALARM'],
    ['Average', 15, 'ALARM'],
    ['Minimum', 10, 'ALARM'],
    ['Maximum', 20, 'ALARM'],
    ['Maximum', 19, 'OK'],
  ])('the %s is compared, here with %d', (Statistic, Threshold, state) => {
    const tried = triedAlarms();
    tried.put('a', { Statistic, Threshold, ComparisonOperator: 'LessThanOrEqualToThreshold' });
    tried.add(1, 10);
    tried.add(1, 20);
    tried.after(0);
    expect(tried.state('a')).toBe(state);
  });

  test.each([
    ['GreaterThanThreshold', ['OK', 'OK', 'ALARM']],
    ['GreaterThanOrEqualToThreshold', ['OK', 'ALARM', 'ALARM']],
    ['LessThanThreshold', ['ALARM', 'OK', 'OK']],
    ['LessThanOrEqualToThreshold', ['ALARM', 'ALARM', 'OK']],
  ])('%s', (ComparisonOperator, states) => {
    const seen = [9, 10, 11].map((value) => {
      const tried = triedAlarms();
      tried.put('a', { ComparisonOperator });
      tried.add(1, value);
      tried.after(0);
      return tried.state('a');
    });
    expect(seen).toEqual(states);
  });

  test('the minute that runs does not count', () => {
    const tried = triedAlarms();
    tried.put('a');
    tried.add(0, 11);
    tried.after(59_999);
    expect(tried.state('a')).toBe('INSUFFICIENT_DATA');
    tried.after(1);
    expect(tried.state('a')).toBe('ALARM');
  });

  test('longer periods end with the minute of the evaluation, not with the hour', () => {
    const tried = triedAlarms();
    tried.put('a', { Period: 300, Threshold: 2, ComparisonOperator: 'GreaterThanOrEqualToThreshold' });
    tried.add(-1, 1);
    tried.add(-3, 1);
    // 08:58 to 09:03, then 08:59 to 09:04: the second has both.
    tried.after(3 * minuteMs);
    expect(tried.state('a')).toBe('OK');
    tried.after(minuteMs);
    expect(tried.state('a')).toBe('ALARM');
  });

  test('an alarm over more than a day looks as far as the hour', () => {
    const tried = triedAlarms();
    tried.put('a', { Period: 3_600, EvaluationPeriods: 25, DatapointsToAlarm: 1 });
    tried.add(-10, 11);
    tried.after(59 * minuteMs);
    expect(tried.state('a')).toBe('INSUFFICIENT_DATA');
    tried.after(minuteMs);
    expect(tried.state('a')).toBe('ALARM');
  });

  test('datapoints of late minutes are seen at the next evaluation', () => {
    const tried = triedAlarms();
    tried.put('a', { EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: 'notBreaching' });
    tried.add(1, 11);
    tried.after(0);
    expect(tried.state('a')).toBe('OK');
    tried.add(2, 11);
    tried.after(0);
    expect(tried.state('a')).toBe('ALARM');
  });

  test('metric math: a sum of those metrics that have a value', () => {
    const tried = triedAlarms();
    const stat = (Id: string) => ({
      ...{ Id, ReturnData: false },
      MetricStat: { Metric: { Namespace: 'N', MetricName: Id }, Period: 60, Stat: 'Sum' },
    });
    const without = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };
    const math = (Expression: string) => ({
      ...without,
      Metrics: [{ Id: 'e', Expression, Label: 'All' }, stat('m1'), stat('m2'), stat('m3')],
    });
    tried.put('all', math('SUM(METRICS())'));
    tried.put('two', math('SUM([m1, m2])'));
    tried.put('none', math('SUM([m3])'));
    tried.add(1, 6, 'm1');
    tried.add(1, 3, 'm2');
    tried.after(0);
    expect(['all', 'two', 'none'].map(tried.state)).toEqual(['OK', 'OK', 'INSUFFICIENT_DATA']);
    tried.add(1, 2, 'm3');
    tried.after(0);
    expect(['all', 'two', 'none'].map(tried.state)).toEqual(['ALARM', 'OK', 'OK']);
  });

  test.each([
    ['SUM([m1, m2])', [3, undefined], 3],
    ['SUM([m1, m2])', [3, 4], 7],
    ['MAX([m1, m2])', [3, 4], 4],
    ['MAX([m1, m2])', [-3, undefined], -3],
    ['MIN([m1, m2])', [3, 4], 3],
    ['MIN([m1, m2])', [undefined, 4], 4],
    ['MAX(METRICS())', [3, undefined], 3],
    ['MIN(METRICS())', [undefined, undefined], undefined],
  ])('%s of %j is %d: a metric without a value counts for nothing', (Expression, values, expected) => {
    const tried = triedAlarms();
    const ids = ['m1', 'm2'];
    const stats = ids.map((Id) => ({
      ...{ Id, ReturnData: false },
      MetricStat: { Metric: { Namespace: 'N', MetricName: Id }, Period: 60, Stat: 'Sum' },
    }));
    const without = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };
    const bound = (ComparisonOperator: string) => ({
      ...without,
      ...{ ComparisonOperator, Threshold: expected ?? 0, Metrics: [{ Id: 'e', Expression }, ...stats] },
    });
    tried.put('at least', bound('GreaterThanOrEqualToThreshold'));
    tried.put('at most', bound('LessThanOrEqualToThreshold'));
    for (const [index, value] of values.entries()) if (value !== undefined) tried.add(1, value, ids[index]);
    tried.after(0);
    const state = expected === undefined ? 'INSUFFICIENT_DATA' : 'ALARM';
    expect([tried.state('at least'), tried.state('at most')]).toEqual([state, state]);
  });

  test('an alarm on a metric of DynamoDB ignores missing data, whatever it says', () => {
    const tried = triedAlarms();
    tried.put('a', { Namespace: 'AWS/DynamoDB', TreatMissingData: 'breaching' });
    tried.put('b', { Namespace: 'AWS/Lambda', TreatMissingData: 'breaching' });
    tried.after(0);
    expect([tried.state('a'), tried.state('b')]).toEqual(['INSUFFICIENT_DATA', 'ALARM']);
  });

  test('nor does its reason say that they were treated as anything', () => {
    const tried = triedAlarms();
    tried.put('a', { Namespace: 'AWS/DynamoDB', TreatMissingData: 'notBreaching', EvaluationPeriods: 3 });
    tried.metrics.add([
      {
        ...{ metric: { namespace: 'AWS/DynamoDB', metricName: 'M', dimensions: [] }, atMs: startMs - minuteMs },
        ...{ sampleCount: 1, sum: 1, minimum: 1, maximum: 1 },
      },
    ]);
    tried.after(0);
    expect([tried.state('a'), tried.reason('a')]).toEqual([
      'OK',
      'Threshold Crossed: 1 datapoint [1.0 (02/11/26 08:59:00)] was not greater than the threshold (10.0).',
    ]);
  });

  test('reads a metric again only when something was put there', () => {
    const tried = triedAlarms();
    tried.put('a', { EvaluationPeriods: 5 });
    tried.add(1, 1);
    tried.after(0);
    const points = vi.spyOn(tried.metrics, 'points');
    for (let minute = 0; minute < 10; minute += 1) tried.after(minuteMs);
    expect([points.mock.calls.length, tried.state('a')]).toEqual([0, 'INSUFFICIENT_DATA']);
    tried.add(-9, 11);
    tried.after(0);
    expect([points.mock.calls.length, tried.state('a')]).toEqual([1, 'INSUFFICIENT_DATA']);
  });
});
