import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTarget, type Target } from '../../../conformance/target.ts';

let target: Target;

beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

const authorization =
  'AWS4-HMAC-SHA256 Credential=a/20261102/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=0';

async function call(operation: string, input: object) {
  const type = { 'content-type': 'application/x-amz-json-1.0' };
  const headers = { authorization, 'x-amz-target': `GraniteServiceVersion20100801.${operation}`, ...type };
  const answer = await fetch(`${target.client.endpoint}/`, { method: 'POST', headers, body: JSON.stringify(input) });
  return { status: answer.status, ...((await answer.json()) as { readonly message?: string }) };
}

const alarm = {
  ...{ AlarmName: 'a', Namespace: 'N', MetricName: 'M', Statistic: 'Sum', Period: 60 },
  ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'LessThanThreshold' },
};
const math = { ...alarm, Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };
const stat = (Id: string, more: object = {}) => ({
  ...{ Id, ReturnData: false },
  MetricStat: { Metric: { Namespace: 'N', MetricName: 'M' }, Period: 60, Stat: 'Sum', ...more },
});

test('the query protocol, whose values are texts', async () => {
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const ask = async (form: Record<string, string>) => {
    const body = new URLSearchParams({ Version: '2010-08-01', ...form });
    const answer = await fetch(`${target.client.endpoint}/`, { method: 'POST', headers, body });
    return { status: answer.status, text: await answer.text() };
  };
  const put = {
    ...{ Action: 'PutMetricAlarm', AlarmName: 'by query', Namespace: 'N', MetricName: 'M', Statistic: 'Sum' },
    ...{ Period: '60', EvaluationPeriods: '2', Threshold: '1.5', ComparisonOperator: 'LessThanThreshold' },
    ...{ ActionsEnabled: 'false', 'AlarmActions.member.1': 'arn:aws:sns:us-east-1:000000000000:topic' },
  };
  expect((await ask(put)).status).toBe(200);
  const { text } = await ask({ Action: 'DescribeAlarms', 'AlarmNames.member.1': 'by query' });
  expect(text).toContain('<AlarmName>by query</AlarmName>');
  expect(text).toContain('<EvaluationPeriods>2</EvaluationPeriods><Threshold>1.5</Threshold>');
  expect(text).toContain('<ActionsEnabled>false</ActionsEnabled>');
  expect(
    (await ask({ Action: 'SetAlarmState', AlarmName: 'absent', StateValue: 'OK', StateReason: 'x' })).text,
  ).toContain('<Code>ResourceNotFound</Code>');
});

describe('what the engine does not do is refused by name', () => {
  test.each<[string, string, object, RegExp]>([
    [
      'an extended statistic',
      'PutMetricAlarm',
      { ...alarm, ExtendedStatistic: 'p99' },
      /does not support ExtendedStatistic/,
    ],
    ['a percentile', 'PutMetricAlarm', { ...alarm, Statistic: 'p99' }, /does not serve the statistic p99; it serves/],
    ['a unit', 'PutMetricAlarm', { ...alarm, Unit: 'Count' }, /PutMetricAlarm does not support Unit; it supports Act/],
    ['low samples', 'PutMetricAlarm', { ...alarm, EvaluateLowSampleCountPercentile: 'ignore' }, /LowSampleCountPerc/],
    ['a short period', 'PutMetricAlarm', { ...alarm, Period: 10 }, /keeps metrics by the minute/],
    ['warming up', 'PutMetricAlarm', { ...alarm, WarmUpConfiguration: {} }, /does not support WarmUpConfiguration/],
    ['PromQL', 'PutMetricAlarm', { ...alarm, EvaluationCriteria: {} }, /does not support EvaluationCriteria/],
    [
      'other actions',
      'PutMetricAlarm',
      { ...alarm, OKActions: ['arn:aws:automate:us-east-1:ec2:stop'] },
      /OKActions: the local engine does not take the action arn:aws:automate:us-east-1:ec2:stop; it publishes to SNS topics/,
    ],
    [
      'other accounts',
      'PutMetricAlarm',
      { ...math, Metrics: [{ ...stat('m'), ReturnData: true, AccountId: '1' }] },
      /Metrics does not support AccountId/,
    ],
    [
      'a unit of a query',
      'PutMetricAlarm',
      { ...math, Metrics: [stat('m', { Unit: 'Count' })] },
      /MetricStat does not support Unit/,
    ],
    [
      'other metric math',
      'PutMetricAlarm',
      { ...math, Metrics: [stat('m'), { Id: 'e', Expression: 'm * 2' }] },
      /does not evaluate the expression m \* 2/,
    ],
    [
      'the greatest value of one metric, which is no series',
      'PutMetricAlarm',
      { ...math, Metrics: [stat('m'), { Id: 'e', Expression: 'MAX(m)' }] },
      /does not evaluate the expression MAX\(m\); .* SUM, MIN, MAX of a search, of METRICS\(\) or of a list of ids/,
    ],
    [
      'an average of several metrics',
      'PutMetricAlarm',
      { ...math, Metrics: [stat('m'), { Id: 'e', Expression: 'AVG([m])' }] },
      /does not evaluate the expression AVG\(\[m\]\)/,
    ],
    [
      'a search',
      'PutMetricAlarm',
      { ...math, Metrics: [stat('m'), { Id: 'e', Expression: "SUM(SEARCH('{N} ', 'Sum', 60))" }] },
      /e: SEARCH is not supported for alarms/,
    ],
    [
      'suppressed actions',
      'PutCompositeAlarm',
      { AlarmName: 'c', AlarmRule: 'TRUE', ActionsSuppressor: 'a' },
      /PutCompositeAlarm does not support ActionsSuppressor; it supports/,
    ],
    [
      'log alarms',
      'DescribeAlarms',
      { AlarmTypes: ['LogAlarm'] },
      /has no alarms of the type LogAlarm; it has MetricA/,
    ],
    ['contributors', 'DescribeAlarmHistory', { AlarmContributorId: 'x' }, /does not support AlarmContributorId/],
  ])('%s', async (_, operation, input, message) => {
    expect(await call(operation, input)).toMatchObject({ status: 400, message: expect.stringMatching(message) });
  });
});

describe('queries that do not fit together', () => {
  const band = { Id: 'b', Expression: 'ANOMALY_DETECTION_BAND(m)' };
  const onBand = {
    ...math,
    Threshold: undefined,
    ComparisonOperator: 'GreaterThanUpperThreshold',
    ThresholdMetricId: 'b',
  };
  test.each<[string, object, RegExp]>([
    ['none returned', { ...math, Metrics: [stat('m')] }, /Exactly one element of the metrics list should return data/],
    [
      'two returned',
      { ...math, Metrics: [stat('m'), { Id: 'e', Expression: 'SUM([m])' }, { Id: 'f', Expression: 'SUM([m])' }] },
      /Exactly one element/,
    ],
    ['twice the same id', { ...math, Metrics: [stat('m'), stat('m')] }, /two have the same Id/],
    ['neither metric nor expression', { ...math, Metrics: [{ Id: 'm' }] }, /m needs one of MetricStat and Expression/],
    [
      'a sum of what is not there',
      { ...math, Metrics: [stat('m'), { Id: 'e', Expression: 'SUM([m, n])' }] },
      /e names n, which is no metric of the list/,
    ],
    [
      'two periods',
      { ...math, Metrics: [stat('m'), stat('n', { Period: 120 }), { Id: 'e', Expression: 'SUM([m, n])' }] },
      /Period must be the same/,
    ],
    [
      'an expression that nobody uses',
      {
        ...math,
        Metrics: [
          { ...stat('m'), ReturnData: true },
          { Id: 'e', Expression: 'SUM([m])', ReturnData: false },
        ],
      },
      /makes no use of e/,
    ],
    [
      'a band that is none',
      { ...onBand, Metrics: [stat('m'), stat('b')] },
      /Exactly one element|b is not the Id of an exp/,
    ],
    [
      'a band around another',
      { ...onBand, Metrics: [{ ...stat('n'), ReturnData: true }, band] },
      /lies around m, not n/,
    ],
    [
      'no band',
      { ...onBand, ThresholdMetricId: undefined, Metrics: [stat('m')] },
      /compares with ThresholdMetricId, which is/,
    ],
    [
      'a band for a plain comparison',
      { ...math, ThresholdMetricId: 'b', Metrics: [stat('m'), band] },
      /does not compare with/,
    ],
    [
      "a band of an alarm's own metric",
      { ...alarm, ...onBand, Namespace: 'N', MetricName: 'M' },
      /Metrics, which is missing/,
    ],
  ])('%s', async (_, input, message) => {
    expect(await call('PutMetricAlarm', input)).toMatchObject({ status: 400, message: expect.stringMatching(message) });
  });
});

test.each<[string, object, RegExp]>([
  ['DescribeAlarms', { AlarmNames: ['a'], AlarmNamePrefix: 'a' }, /exclude each other/],
  ['DescribeAlarms', { ChildrenOfAlarmName: 'a', StateValue: 'OK' }, /exclude each other/],
  ['DescribeAlarms', { MaxRecords: 101 }, /101 is not from 1 to 100/],
  ['DescribeAlarms', { NextToken: 'x' }, /The next token specified is invalid/],
  ['DescribeAlarmHistory', { HistoryItemType: 'Other' }, /must be one of ConfigurationUpdate, StateUpdate, Action/],
  ['SetAlarmState', { AlarmName: 'a', StateValue: 'FINE', StateReason: 'x' }, /must be one of OK, ALARM, INSUFF/],
  ['SetAlarmState', { AlarmName: 'a', StateValue: 'OK', StateReason: 'x'.repeat(1_024) }, /more than 1023 characters/],
  [
    'SetAlarmState',
    { AlarmName: 'a', StateValue: 'OK', StateReason: 'x', StateReasonData: `"${'x'.repeat(3_999)}"` },
    /StateReasonData must not have more than 4000 characters/,
  ],
  ['DeleteAlarms', { AlarmNames: Array.from({ length: 101 }, String) }, /must not have more than 100 names/],
  ['PutMetricAlarm', { ...alarm, AlarmName: 'a\u0000' }, /no control characters/],
  ['PutMetricAlarm', { ...alarm, AlarmActions: Array(6).fill('arn:aws:sns:x:1:t') }, /not have more than 5 actions/],
  ['PutMetricAlarm', { ...alarm, ComparisonOperator: 'Equals' }, /ComparisonOperator is not in \[GreaterThanOrEqual/],
])('%s %j', async (operation, input, message) => {
  const answer = await call(operation, input);
  expect(answer).toMatchObject({ status: 400, message: expect.stringMatching(message) });
});
