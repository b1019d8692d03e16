import { expect, test } from 'vitest';
import { triedAlarms } from '../../../../test/tried-alarms.ts';
import type { AlarmState } from './alarm.ts';
import { notification } from './notification.ts';

const previous: AlarmState = { value: 'OK', reason: 'before', reasonData: undefined, atMs: 0 };

/** What a topic gets of the alarm when it goes into its present state. */
function notified(tried: ReturnType<typeof triedAlarms>, name: string, region = 'eu-west-1') {
  const kept = tried.alarms.get(name);
  if (kept === undefined) throw new Error(`There is no alarm ${name}`);
  const { alarm, state } = kept;
  const { subject, message } = notification({ alarm, previous, state }, { region, account: '000000000000' });
  return { subject, message: JSON.parse(message) as Record<string, unknown> };
}

test('a composite alarm names the children that made it change', () => {
  const tried = triedAlarms();
  tried.put('a');
  tried.compose('any', 'ALARM(a)');
  tried.alarms.setState('a', { value: 'ALARM', reason: 'tried', reasonData: undefined });
  const { subject, message } = notified(tried, 'any');
  expect(subject).toBe('ALARM: "any" in EU (Ireland)');
  expect(message).toMatchObject({
    ...{ AlarmName: 'any', AlarmDescription: null, OldStateValue: 'OK', NewStateValue: 'ALARM', AlarmRule: 'ALARM(a)' },
    TriggeringChildren: [
      {
        Arn: 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:a',
        State: { Value: 'ALARM', Timestamp: '2026-11-02T09:00:00.001+0000' },
      },
    ],
  });
  expect(message).not.toHaveProperty('Trigger');
});

test.each([undefined, 'null', '[]', '{"triggeringAlarms":1}', '"by hand"'])(
  'a composite alarm that was set by hand with %s names none',
  (reasonData) => {
    const tried = triedAlarms();
    tried.compose('none', 'TRUE');
    tried.alarms.setState('none', { value: 'OK', reason: 'tried', reasonData });
    expect(notified(tried, 'none').message.TriggeringChildren).toEqual([]);
  },
);

test('metric math has its queries in place of a metric', () => {
  const tried = triedAlarms();
  const own = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };
  const stat = { Metric: { Namespace: 'N', MetricName: 'M' }, Period: 60, Stat: 'Sum' };
  tried.put('band', {
    ...{ ...own, Threshold: undefined, ThresholdMetricId: 'ad', ComparisonOperator: 'GreaterThanUpperThreshold' },
    ...{ DatapointsToAlarm: 1, TreatMissingData: 'ignore' },
    Metrics: [
      { Id: 'm', MetricStat: stat },
      { Id: 'ad', Expression: 'ANOMALY_DETECTION_BAND(m)', Label: 'expected' },
    ],
  });
  expect(notified(tried, 'band').message.Trigger).toEqual({
    ...{ Period: 60, EvaluationPeriods: 1, DatapointsToAlarm: 1, ComparisonOperator: 'GreaterThanUpperThreshold' },
    ...{ ThresholdMetricId: 'ad', TreatMissingData: 'ignore', EvaluateLowSampleCountPercentile: '' },
    Metrics: [
      { Id: 'm', MetricStat: { ...stat, Metric: { ...stat.Metric, Dimensions: [] } }, ReturnData: true },
      { Id: 'ad', Expression: 'ANOMALY_DETECTION_BAND(m)', Label: 'expected', ReturnData: true },
    ],
  });
});

test('a sample count is named as messages name it', () => {
  const tried = triedAlarms();
  tried.put('count', { Statistic: 'SampleCount' });
  expect(notified(tried, 'count').message.Trigger).toMatchObject({ Statistic: 'SAMPLE_COUNT' });
});

test('a subject has at most 100 characters', () => {
  const tried = triedAlarms();
  const name = 'n'.repeat(255);
  tried.put(name);
  const { subject } = notified(tried, name, 'mars-1');
  expect(subject).toHaveLength(100);
  expect(subject).toMatch(/^INSUFFICIENT_DATA: "n+\.\.\." in mars-1$/);
});
