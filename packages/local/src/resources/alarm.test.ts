import { describe, expect, test } from 'vitest';
import { triedAlarms } from '../../test/tried-alarms.ts';
import { deployTemplate } from '../template/deploy.ts';
import { parseTemplate } from '../template/template.ts';
import { alarmType, compositeAlarmType } from './alarm.ts';
import { anomalyDetectorType } from './anomaly-detector.ts';

const place = { region: 'eu-west-1', account: '000000000000' };

function deploy(Resources: object, tried = triedAlarms()) {
  const { alarms, clock, detectors } = tried;
  const templateText = JSON.stringify({ Resources });
  const template = parseTemplate(templateText, 'alarms');
  return deployTemplate({
    stack: { stackName: 'Small-test', template, templateText, directory: '/' },
    types: {
      'AWS::CloudWatch::Alarm': alarmType(alarms, place, clock),
      'AWS::CloudWatch::AnomalyDetector': anomalyDetectorType(detectors),
      'AWS::CloudWatch::CompositeAlarm': compositeAlarmType(alarms, place, clock),
    },
    ...place,
  });
}

const alarm = {
  ...{ Namespace: 'N', MetricName: 'M', Statistic: 'Sum', Period: 60 },
  ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'LessThanThreshold' },
};
const Metric = { Namespace: 'N', MetricName: 'M' };

test('names are generated where the template gives none; Ref is the name, Arn the ARN', async () => {
  const tried = triedAlarms();
  const { resources } = await deploy(
    {
      Low: { Type: 'AWS::CloudWatch::Alarm', Properties: alarm },
      Any: {
        Type: 'AWS::CloudWatch::CompositeAlarm',
        Properties: { AlarmName: 'any', AlarmRule: { 'Fn::Join': ['', ['ALARM(', { 'Fn::GetAtt': 'Low.Arn' }, ')']] } },
      },
    },
    tried,
  );
  const [low, any] = resources;
  expect(low?.physicalId).toMatch(/^Small-test-Low-[0-9A-F]{12}$/);
  expect(low?.attributes).toEqual({ Arn: `arn:aws:cloudwatch:eu-west-1:000000000000:alarm:${low?.physicalId}` });
  expect(any?.physicalId).toBe('any');
  expect(tried.alarms.parentsOf(low?.physicalId ?? '').map(({ alarm: { name } }) => name)).toEqual(['any']);
});

test('a detector excludes what it says, in UTC', async () => {
  const tried = triedAlarms();
  const ExcludedTimeRanges = [{ StartTime: '2026-10-01T00:00:00', EndTime: '2026-10-02T00:00:00+02:00' }];
  const SingleMetricAnomalyDetector = { ...Metric, Stat: 'Sum' };
  const Properties = { SingleMetricAnomalyDetector, Configuration: { ExcludedTimeRanges } };
  await deploy({ Detector: { Type: 'AWS::CloudWatch::AnomalyDetector', Properties } }, tried);
  const stat = { metric: { namespace: 'N', metricName: 'M', dimensions: [] }, statistic: 'Sum' } as const;
  expect(tried.detectors.excluded(stat)).toEqual([
    { fromMs: Date.parse('2026-10-01T00:00:00Z'), toMs: Date.parse('2026-10-01T22:00:00Z') },
  ]);
});

describe('refused by name', () => {
  test.each([
    ['AWS::CloudWatch::Alarm', { ...alarm, Unit: 'Count' }, /^Thing\.Unit is not supported; supported: ActionsEnabled/],
    ['AWS::CloudWatch::Alarm', { ...alarm, Extended: 'p99' }, /^Thing\.Extended is not supported/],
    [
      'AWS::CloudWatch::Alarm',
      { ...alarm, Metrics: [{ Id: 'm', MetricStat: { Metric, Unit: 'Count' } }] },
      /^Thing\.Metrics\[0\]\.MetricStat\.Unit is not supported; supported: Metric, Period, Stat/,
    ],
    ['AWS::CloudWatch::Alarm', { ...alarm, Period: 30 }, /^Thing: The value 30 for parameter Period is not supported/],
    [
      'AWS::CloudWatch::Alarm',
      { ...alarm, EvaluationPeriods: 0 },
      /^Thing: EvaluationPeriods: 0 is not a whole number/,
    ],
    [
      'AWS::CloudWatch::Alarm',
      { ...alarm, AlarmActions: ['arn:aws:ssm:us-east-1:1:opsitem:1'] },
      /^Thing: AlarmActions: the local engine does not take the action arn:aws:ssm/,
    ],
    [
      'AWS::CloudWatch::CompositeAlarm',
      { AlarmRule: 'TRUE', ActionsSuppressor: 'a' },
      /^Thing\.ActionsSuppressor is not supported/,
    ],
    [
      'AWS::CloudWatch::CompositeAlarm',
      { AlarmRule: 'ALARM(absent)' },
      /^Thing: Could not save the composite alarm as alarms \[absent\] in the alarm rule do not exist/,
    ],
    [
      'AWS::CloudWatch::AnomalyDetector',
      { MetricMathAnomalyDetector: {} },
      /^Thing\.MetricMathAnomalyDetector is not supported; supported: Configuration, Dimensions/,
    ],
    [
      'AWS::CloudWatch::AnomalyDetector',
      { ...Metric, Stat: 'Sum', Configuration: { MetricTimeZone: 'Europe/Oslo' } },
      /^Thing\.Configuration\.MetricTimeZone: "Europe\/Oslo" is not supported \(hours of the week are those of UTC\)/,
    ],
    [
      'AWS::CloudWatch::AnomalyDetector',
      {
        ...Metric,
        Stat: 'Sum',
        Configuration: { ExcludedTimeRanges: [{ StartTime: '2026-01-02', EndTime: '2026-01-01' }] },
      },
      /^Thing\.Configuration\.ExcludedTimeRanges\[0\]: .* is no span of time/,
    ],
    [
      'AWS::CloudWatch::AnomalyDetector',
      { ...Metric, Stat: 'p90' },
      /^Thing: The local engine does not serve the statistic p90/,
    ],
  ])('%s %j', async (type, properties, message) => {
    await expect(deploy({ Thing: { Type: type, Properties: properties } })).rejects.toThrow(message);
  });
});
