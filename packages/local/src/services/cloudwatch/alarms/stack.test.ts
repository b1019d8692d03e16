import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alarmsTemplate } from '../../../../test/alarms-template.ts';
import { rulesHandler } from '../../../../test/rules-template.ts';
import { EngineClock } from '../../../clock.ts';
import { type Engine, startEngine } from '../../../engine.ts';
import { writeAssembly } from '../../../template/written-assembly.ts';
import type { AlarmActionFailure } from './actions.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');
const minuteMs = 60_000;
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:target';
const failures: AlarmActionFailure[] = [];
let assembly: string;
let persist: string;
let engine: Engine;
let clock: EngineClock;

beforeAll(async () => {
  assembly = await writeAssembly(alarmsTemplate, { 'asset.target/index.mjs': rulesHandler });
  persist = await mkdtemp(join(tmpdir(), 'tidemark-alarms-'));
  await start();
});
afterAll(async () => {
  await engine.stop();
  await rm(assembly, { recursive: true });
  await rm(persist, { recursive: true });
});

async function start(): Promise<void> {
  clock = new EngineClock({ startMs, factor: 0 });
  const onAlarmActionFailure = (failure: AlarmActionFailure) => failures.push(failure);
  engine = await startEngine({ assembly, clock, persist, onAlarmActionFailure });
}

function cloudWatch() {
  return new CloudWatchClient({ endpoint: engine.endpoint, region: 'x', credentials });
}
const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };

async function given(): Promise<Record<string, unknown>[]> {
  await engine.alarms.settled();
  await engine.rules.settled();
  while (!engine.asynchronous.isIdle) await new Promise((resolve) => setTimeout(resolve, 5));
  const lines = engine.services.logs.lines('/aws/lambda/target') ?? [];
  return lines.flatMap(({ text }) => {
    const json = /\tgot (.*)$/s.exec(text)?.[1];
    return json === undefined ? [] : [JSON.parse(json) as Record<string, unknown>];
  });
}

async function messages() {
  const sqs = new SQSClient({ endpoint: engine.endpoint, region: 'x', credentials });
  const input = { QueueUrl: engine.outputs.Queue, MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input));
  sqs.destroy();
  return Messages.map(({ Body = '' }) => {
    const { Subject, Message } = JSON.parse(Body) as { Subject: string; Message: string };
    return { subject: Subject, message: JSON.parse(Message) as Record<string, unknown> };
  });
}

test('an alarm tells its topic, its function, the event bus and the alarm above it; all of it lasts', async () => {
  const client = cloudWatch();
  const Dimensions = [{ Name: 'Place', Value: 'web' }];
  const at = (minutes: number) => new Date(startMs + minutes * minuteMs);
  const datum = { MetricName: 'Orders', Dimensions, Value: 4, Timestamp: at(0) };
  await client.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [datum] }));
  clock.advance(minuteMs);
  engine.alarms.evaluate();
  const heard = await given();
  const reason = 'Threshold Crossed: 1 datapoint [4.0 (02/11/26 09:00:00)] was less than the threshold (5.0).';
  const state = {
    ...{ value: 'ALARM', reason, timestamp: '2026-11-02T09:01:00.000+0000' },
    reasonData: expect.stringContaining('"queryDate":"2026-11-02T09:01:00.000+0000"'),
  };
  const previousState = {
    ...{ value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation' },
    timestamp: '2026-11-02T09:00:00.000+0000',
  };
  const metric = { namespace: 'Shop', name: 'Orders', dimensions: { Place: 'web' } };
  const metrics = [
    {
      ...{ id: expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/), returnData: true },
      metricStat: { metric, period: 60, stat: 'Sum' },
    },
  ];
  const detail = { alarmName: 'low', state, previousState, configuration: { description: 'Few orders', metrics } };
  const arn = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:low';
  expect(heard).toHaveLength(3);
  expect(heard).toContainEqual({
    ...{
      version: '0',
      id: expect.any(String),
      'detail-type': 'CloudWatch Alarm State Change',
      source: 'aws.cloudwatch',
    },
    ...{ account: '000000000000', time: '2026-11-02T09:01:00Z', region: 'us-east-1', resources: [arn], detail },
  });
  expect(heard).toContainEqual({
    ...{ source: 'aws.cloudwatch', alarmArn: arn, accountId: '000000000000' },
    ...{ time: '2026-11-02T09:01:00.000+0000', region: 'us-east-1', alarmData: detail },
  });
  expect(heard).toContainEqual(
    expect.objectContaining({
      detail: expect.objectContaining({
        alarmName: 'any',
        configuration: { alarmRule: `ALARM("${arn}") OR ALARM("unheard")` },
      }),
    }),
  );
  expect(await messages()).toEqual([
    {
      subject: 'ALARM: "low" in US East (N. Virginia)',
      message: {
        ...{ AlarmName: 'low', AlarmDescription: 'Few orders', AWSAccountId: '000000000000', NewStateValue: 'ALARM' },
        ...{ AlarmConfigurationUpdatedTimestamp: '2026-11-02T09:00:00.000+0000', NewStateReason: reason },
        ...{ StateChangeTime: '2026-11-02T09:01:00.000+0000', Region: 'US East (N. Virginia)', AlarmArn: arn },
        ...{ OldStateValue: 'INSUFFICIENT_DATA', OKActions: [engine.outputs.Topic] },
        ...{ AlarmActions: [engine.outputs.Topic, functionArn], InsufficientDataActions: [] },
        Trigger: {
          ...{ MetricName: 'Orders', Namespace: 'Shop', StatisticType: 'Statistic', Statistic: 'SUM', Unit: null },
          ...{ Dimensions: [{ value: 'web', name: 'Place' }], Period: 60, EvaluationPeriods: 1 },
          ...{ ComparisonOperator: 'LessThanThreshold', Threshold: 5, TreatMissingData: 'breaching' },
          EvaluateLowSampleCountPercentile: '',
        },
      },
    },
  ]);
  client.destroy();
  await engine.stop();
  await start();
  const again = cloudWatch();
  const AlarmTypes = ['MetricAlarm', 'CompositeAlarm'] as const;
  const { MetricAlarms = [], CompositeAlarms } = await again.send(
    new DescribeAlarmsCommand({ AlarmTypes: [...AlarmTypes] }),
  );
  expect(MetricAlarms.map(({ AlarmName, StateValue }) => [AlarmName, StateValue])).toEqual([
    [expect.stringMatching(/^Small-test-Unusual-/), 'INSUFFICIENT_DATA'],
    ['low', 'ALARM'],
    ['unheard', 'INSUFFICIENT_DATA'],
  ]);
  expect(CompositeAlarms).toMatchObject([{ AlarmName: 'any', StateValue: 'ALARM' }]);
  expect(MetricAlarms[1]).toMatchObject({ StateReason: reason, StateTransitionedTimestamp: at(1) });
  const { AlarmHistoryItems = [] } = await again.send(new DescribeAlarmHistoryCommand({ AlarmName: 'low' }));
  expect(AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary).sort()).toEqual([
    'Alarm "low" created',
    'Alarm updated from INSUFFICIENT_DATA to ALARM',
    `Successfully executed action ${functionArn}`,
    `Successfully executed action ${engine.outputs.Topic}`,
  ]);
  again.destroy();
});

test('a function that does not let the alarm invoke it is not invoked, and that is said', async () => {
  const client = cloudWatch();
  await client.send(new SetAlarmStateCommand({ AlarmName: 'unheard', StateValue: 'ALARM', StateReason: 'tried' }));
  await engine.alarms.settled();
  const message = expect.stringMatching(/^CloudWatch Alarms is not authorized to perform: lambda:InvokeFunction/);
  expect(failures).toEqual([{ alarmName: 'unheard', actionArn: functionArn, message }]);
  const { AlarmHistoryItems = [] } = await client.send(
    new DescribeAlarmHistoryCommand({ AlarmName: 'unheard', HistoryItemType: 'Action' }),
  );
  expect(AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary)).toEqual([
    expect.stringMatching(
      /^Failed to execute action arn:aws:lambda:.*:target\. Received error: "CloudWatch Alarms is not/,
    ),
  ]);
  client.destroy();
});
