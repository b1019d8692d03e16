import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTarget, type Target } from '../../conformance/target.ts';

let target: Target;
let client: CloudWatchClient;
const put: string[] = [];

beforeAll(async () => {
  target = await openTarget();
  client = new CloudWatchClient(target.client);
});
afterAll(async () => {
  // Composite alarms were put after their children, and only one of them may be deleted in a call.
  for (const name of put.toReversed()) await client.send(new DeleteAlarmsCommand({ AlarmNames: [name] }));
  client.destroy();
  await target.close();
});

async function putAlarm(stem: string, more: Partial<PutMetricAlarmCommandInput> = {}): Promise<string> {
  const AlarmName = target.name(stem);
  const metric = { Namespace: target.name('N'), MetricName: 'M', Statistic: 'Sum' as const, Period: 60 };
  const rules = { EvaluationPeriods: 1, Threshold: 10, ComparisonOperator: 'GreaterThanThreshold' as const };
  await client.send(new PutMetricAlarmCommand({ ...metric, ...rules, ...more, AlarmName }));
  put.push(AlarmName);
  return AlarmName;
}

async function compose(stem: string, AlarmRule: string): Promise<string> {
  const AlarmName = target.name(stem);
  await client.send(new PutCompositeAlarmCommand({ AlarmName, AlarmRule }));
  put.push(AlarmName);
  return AlarmName;
}

async function names(input: DescribeAlarmsCommandInput): Promise<(string | undefined)[]> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(new DescribeAlarmsCommand(input));
  return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName }) => AlarmName);
}

describe('a metric alarm', () => {
  test('is described as it was put', async () => {
    const AlarmName = await putAlarm('described', {
      ...{ AlarmDescription: 'Tried', Dimensions: [{ Name: 'D', Value: 'v' }], DatapointsToAlarm: 2 },
      ...{ EvaluationPeriods: 3, TreatMissingData: 'ignore', ActionsEnabled: false },
    });
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
    expect(MetricAlarms).toMatchObject([
      {
        ...{ AlarmName, AlarmDescription: 'Tried', ActionsEnabled: false },
        ...{ AlarmArn: expect.stringMatching(new RegExp(`^arn:aws:cloudwatch:[^:]+:\\d+:alarm:${AlarmName}$`)) },
        ...{ OKActions: [], AlarmActions: [], InsufficientDataActions: [], StateValue: 'INSUFFICIENT_DATA' },
        ...{ StateReason: 'Unchecked: Initial alarm creation', StateUpdatedTimestamp: expect.any(Date) },
        ...{ Namespace: target.name('N'), MetricName: 'M', Statistic: 'Sum', Period: 60 },
        ...{ Dimensions: [{ Name: 'D', Value: 'v' }], EvaluationPeriods: 3, DatapointsToAlarm: 2, Threshold: 10 },
        ...{ ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'ignore' },
      },
    ]);
  });

  test('on metric math and on a band has its queries', async () => {
    const Metric = { Namespace: target.name('N'), MetricName: 'M' };
    const stat = { Id: 'm1', MetricStat: { Metric, Period: 300, Stat: 'Sum' } };
    const own = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };
    const math = await putAlarm('math', {
      ...own,
      Metrics: [
        { ...stat, ReturnData: false },
        { Id: 'e1', Expression: 'SUM(METRICS())', Label: 'All' },
      ],
    });
    const band = await putAlarm('band', {
      ...{ ...own, Threshold: undefined, ThresholdMetricId: 'ad1', ComparisonOperator: 'LessThanLowerThreshold' },
      Metrics: [stat, { Id: 'ad1', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)' }],
    });
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [math, band] }));
    expect(MetricAlarms?.find(({ AlarmName }) => AlarmName === math)?.Metrics).toMatchObject([
      { ...stat, ReturnData: false },
      { Id: 'e1', Expression: 'SUM(METRICS())', Label: 'All', ReturnData: true },
    ]);
    expect(MetricAlarms?.find(({ AlarmName }) => AlarmName === band)).toMatchObject({ ThresholdMetricId: 'ad1' });
    const { MetricAlarms: found } = await client.send(new DescribeAlarmsForMetricCommand({ ...Metric, Period: 300 }));
    expect(found?.map(({ AlarmName }) => AlarmName)).toEqual(expect.arrayContaining([math, band]));
  });

  test('keeps its state when it is put again', async () => {
    const AlarmName = await putAlarm('again', { TreatMissingData: 'ignore' });
    const set = { StateValue: 'ALARM', StateReason: 'tried', StateReasonData: '{"a":1}' } as const;
    await client.send(new SetAlarmStateCommand({ AlarmName, ...set }));
    await putAlarm('again', { TreatMissingData: 'ignore', Threshold: 11 });
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
    expect(MetricAlarms).toMatchObject([{ ...set, Threshold: 11 }]);
  });

  test('looks back for a day, or for a week by the hour', async () => {
    const AlarmNames = [
      await putAlarm('day', { EvaluationPeriods: 1_440 }),
      await putAlarm('week', { EvaluationPeriods: 168, Period: 3_600 }),
    ];
    expect(await names({ AlarmNames })).toEqual(AlarmNames);
  });

  test('has its actions disabled and enabled', async () => {
    const AlarmName = await putAlarm('enabled');
    const isEnabled = async () => {
      const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
      return MetricAlarms?.[0]?.ActionsEnabled;
    };
    const AlarmNames = [AlarmName];
    expect(await isEnabled()).toBe(true);
    await client.send(new DisableAlarmActionsCommand({ AlarmNames }));
    expect(await isEnabled()).toBe(false);
    await client.send(new EnableAlarmActionsCommand({ AlarmNames }));
    expect(await isEnabled()).toBe(true);
  });
});

describe('alarms are found', () => {
  test('by prefix, state, type and kinship, page by page', async () => {
    const [a, b] = [await putAlarm('found-a', { TreatMissingData: 'ignore' }), await putAlarm('found-b')];
    const top = await compose('found-top', `ALARM("${a}") OR NOT OK("${b}")`);
    const AlarmNamePrefix = target.name('found-');
    expect(await names({ AlarmNamePrefix })).toEqual([a, b]);
    expect(await names({ AlarmNamePrefix, AlarmTypes: ['CompositeAlarm'] })).toEqual([top]);
    expect(await names({ AlarmNamePrefix, AlarmTypes: ['CompositeAlarm', 'MetricAlarm'] })).toEqual([a, b, top]);
    expect(await names({ ChildrenOfAlarmName: top })).toEqual([a, b]);
    expect(await names({ ParentsOfAlarmName: b })).toEqual([top]);
    await client.send(new SetAlarmStateCommand({ AlarmName: a, StateValue: 'ALARM', StateReason: 'tried' }));
    expect(await names({ AlarmNamePrefix, StateValue: 'ALARM' })).toEqual([a]);
    const first = await client.send(new DescribeAlarmsCommand({ AlarmNamePrefix, MaxRecords: 1 }));
    expect(first.MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual([a]);
    const { NextToken } = first;
    const second = await client.send(new DescribeAlarmsCommand({ AlarmNamePrefix, MaxRecords: 1, NextToken }));
    expect([second.MetricAlarms?.map(({ AlarmName }) => AlarmName), second.NextToken]).toEqual([[b], undefined]);
  });
});

test('a history has what was put and what was set', async () => {
  const AlarmName = await putAlarm('history', { TreatMissingData: 'ignore' });
  for (const StateValue of ['ALARM', 'OK'] as const) {
    await client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: `to ${StateValue}` }));
  }
  const { AlarmHistoryItems = [] } = await client.send(
    new DescribeAlarmHistoryCommand({ AlarmName, ScanBy: 'TimestampAscending' }),
  );
  expect(AlarmHistoryItems.map(({ HistoryItemType, HistorySummary }) => [HistoryItemType, HistorySummary])).toEqual([
    ['ConfigurationUpdate', `Alarm "${AlarmName}" created`],
    ['StateUpdate', 'Alarm updated from INSUFFICIENT_DATA to ALARM'],
    ['StateUpdate', 'Alarm updated from ALARM to OK'],
  ]);
  expect(JSON.parse(AlarmHistoryItems[2]?.HistoryData ?? '')).toMatchObject({
    version: '1.0',
    oldState: { stateValue: 'ALARM', stateReason: 'to ALARM' },
    newState: { stateValue: 'OK', stateReason: 'to OK' },
  });
  const page = { AlarmName, HistoryItemType: 'StateUpdate', MaxRecords: 1 } as const;
  const first = await client.send(new DescribeAlarmHistoryCommand(page));
  expect(first.AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary)).toEqual([
    'Alarm updated from ALARM to OK',
  ]);
  const second = await client.send(new DescribeAlarmHistoryCommand({ ...page, NextToken: first.NextToken ?? '' }));
  expect(second.AlarmHistoryItems).toMatchObject([{ HistorySummary: 'Alarm updated from INSUFFICIENT_DATA to ALARM' }]);
});

describe('refused', () => {
  test.each<[string, Partial<PutMetricAlarmCommandInput>]>([
    ['no statistic', { Statistic: undefined }],
    ['more datapoints than periods', { DatapointsToAlarm: 2 }],
    ['no threshold', { Threshold: undefined }],
    ['a threshold beside a band', { ComparisonOperator: 'GreaterThanUpperThreshold' }],
    ['more than a day', { EvaluationPeriods: 1_441 }],
    ['more than a week', { EvaluationPeriods: 169, Period: 3_600 }],
    ['another treatment of missing data', { TreatMissingData: 'forgiving' }],
    ['an action that is none', { AlarmActions: ['arn:aws:nothing'] }],
    ['a metric beside queries', { Metrics: [{ Id: 'e1', Expression: 'SUM(METRICS())' }] }],
  ])('%s', async (_, more) => {
    await expect(putAlarm('refused', more)).rejects.toThrow();
    expect(await names({ AlarmNames: [target.name('refused')] })).toEqual([]);
  });

  test('rules of alarms that are not there, and the end of an alarm that is watched', async () => {
    await expect(compose('orphan', 'ALARM(absent)')).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(compose('unread', 'ALARM(')).rejects.toMatchObject({ name: 'ValidationException' });
    const child = await putAlarm('child');
    await compose('parent', `ALARM("${child}")`);
    await expect(client.send(new DeleteAlarmsCommand({ AlarmNames: [child] }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    expect(await names({ AlarmNames: [child] })).toEqual([child]);
  });

  test('the state of an alarm that is not there, and reasons that are not JSON', async () => {
    const set = { StateValue: 'OK', StateReason: 'tried' } as const;
    await expect(
      client.send(new SetAlarmStateCommand({ AlarmName: target.name('absent'), ...set })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
    const AlarmName = await putAlarm('json');
    await expect(
      client.send(new SetAlarmStateCommand({ AlarmName, ...set, StateReasonData: '{' })),
    ).rejects.toMatchObject({ name: 'InvalidFormatFault' });
  });
});
