import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type MachineStack, machineArn, machineStack, only } from '../test/machine-stack.ts';
import { EngineClock } from './clock.ts';
import type { StatisticSet } from './services/cloudwatch/metric.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');
const minuteMs = 60_000;
const clock = new EngineClock({ startMs, factor: 0 });
const warnings: string[] = [];

const stat = (Id: string, Namespace: string, MetricName: string, dimension: readonly [string, string]) => ({
  ...{ Id, ReturnData: false },
  MetricStat: {
    ...{ Period: 300, Stat: 'Sum' },
    Metric: { Namespace, MetricName, Dimensions: [{ Name: dimension[0], Value: dimension[1] }] },
  },
});

function alarm(AlarmName: string, ...stats: readonly object[]) {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      ...{ AlarmName, EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' },
      TreatMissingData: 'notBreaching',
      Metrics: [...stats, { Id: 'all', Expression: 'SUM(METRICS())', ReturnData: true }],
    },
  };
}

const resources = {
  Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'web', ShardCount: 1 } },
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      ...{ FunctionName: { Ref: 'Work' }, EventSourceArn: { 'Fn::GetAtt': ['Stream', 'Arn'] } },
      ...{ StartingPosition: 'TRIM_HORIZON', MaximumBatchingWindowInSeconds: 20, MaximumRetryAttempts: 0 },
    },
  },
  Asked: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: { FunctionName: { Ref: 'Work' }, Qualifier: '$LATEST', MaximumRetryAttempts: 1 },
  },
  Off: {
    Type: 'AWS::Lambda::Function',
    Metadata: { 'aws:asset:path': 'asset.work' },
    Properties: {
      ...{ FunctionName: 'off', Code: {}, Handler: 'index.handler', Runtime: 'nodejs24.x' },
      ...{ ReservedConcurrentExecutions: 0, Role: { 'Fn::GetAtt': ['WorkRole', 'Arn'] } },
    },
  },
  Failures: alarm(
    'failures',
    stat('errors', 'AWS/Lambda', 'Errors', ['FunctionName', 'work']),
    stat('throttles', 'AWS/Lambda', 'Throttles', ['FunctionName', 'off']),
  ),
  Runs: alarm('runs', stat('failed', 'AWS/States', 'ExecutionsFailed', ['StateMachineArn', machineArn('fails')])),
  Unseen: alarm(
    'unseen',
    stat('m0', 'AWS/States', 'ExecutionThrottled', ['StateMachineArn', machineArn('fails')]),
    stat('m1', 'AWS/Lambda', 'Errors', ['Function', 'work']),
    stat('m2', 'Own', 'Orders', ['Place', 'web']),
  ),
};

vi.setConfig({ testTimeout: 30_000 });

let stack: MachineStack;
let lambda: LambdaClient;
let cloudWatch: CloudWatchClient;
beforeAll(async () => {
  const wait = { Type: 'Wait', Seconds: 600, End: true };
  stack = await machineStack({
    ...{ clock, evaluateAlarms: false, resources, onWarning: (line: string) => warnings.push(line) },
    machines: {
      succeeds: only({ Type: 'Succeed' }, 'Done'),
      fails: only({ Type: 'Fail' }, 'Wrong'),
      waits: only(wait, 'Wait'),
      runsOut: { ...only(wait, 'Long'), TimeoutSeconds: 30 },
    },
    code: `if (event.fail || event.Records?.some(({ kinesis }) => kinesis.data === 'ZmFpbA==')) throw new Error('failed');`,
  });
  const settings = { ...stack.settings, maxAttempts: 1, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } };
  lambda = new LambdaClient(settings);
  cloudWatch = new CloudWatchClient(settings);
}, 30_000);
afterAll(async () => {
  lambda.destroy();
  cloudWatch.destroy();
  await stack.stop();
});

/** What was published from nine o'clock on, all minutes together; undefined where nothing was. */
function published(
  namespace: string,
  metricName: string,
  dimensions: Readonly<Record<string, string>>,
): StatisticSet | undefined {
  const named = Object.entries(dimensions).map(([name, value]) => ({ name, value }));
  const points = stack.engine.services.metrics.points(
    { namespace, metricName, dimensions: named },
    startMs,
    clock.now() + 1,
  );
  const [first, ...others] = points.map(({ atMs: _, ...set }): StatisticSet => set);
  return others.reduce(
    (all, set) =>
      all && {
        sampleCount: all.sampleCount + set.sampleCount,
        sum: all.sum + set.sum,
        minimum: Math.min(all.minimum, set.minimum),
        maximum: Math.max(all.maximum, set.maximum),
      },
    first,
  );
}

const ofFunction = (metricName: string, FunctionName = 'work') => published('AWS/Lambda', metricName, { FunctionName });

async function put(...texts: readonly string[]): Promise<void> {
  const Records = texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: 'a' }));
  await stack.engine.services.kinesis.invoke('PutRecords', { StreamName: 'web', Records });
}

/** Goes on in steps of a second, until what is asked for is there. */
async function until(done: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 10_000;
  while (!done() && Date.now() < giveUpAt) {
    clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(done()).toBe(true);
}

test('a metric of AWS that nobody publishes is said once for all that watch it; others are not', () => {
  expect(warnings).toEqual([
    'The engine publishes no AWS/States ExecutionThrottled by StateMachineArn, which these alarms watch: unseen',
    'The engine publishes no AWS/Lambda Errors by Function, which these alarms watch: unseen',
  ]);
});

test('a stream and the function that reads it', async () => {
  const calls = stack.engine.meter.snapshot().calls;
  await put('one', 'two');
  expect(published('AWS/Kinesis', 'IncomingRecords', { StreamName: 'web' })).toMatchObject({ sampleCount: 1, sum: 2 });
  expect(published('AWS/Kinesis', 'IncomingBytes', { StreamName: 'web' })).toMatchObject({ sampleCount: 1, sum: 8 });
  const refused = published('AWS/Kinesis', 'WriteProvisionedThroughputExceeded', { StreamName: 'web' });
  expect(refused).toMatchObject({ sampleCount: 1, sum: 0 });
  clock.advance(20_000);
  await stack.engine.idle({ endWindows: true });
  expect(ofFunction('IteratorAge')).toMatchObject({ sampleCount: 1, maximum: 20_000 });
  expect(ofFunction('Invocations')).toMatchObject({ sampleCount: 1, sum: 1 });
  expect([ofFunction('Errors')?.sum, ofFunction('Throttles')?.sum]).toEqual([0, 0]);
  expect(ofFunction('ConcurrentExecutions')).toMatchObject({ maximum: 1 });
  expect(ofFunction('Duration')?.sum).toBeGreaterThan(0);
  for (const dimensions of [{ FunctionName: 'work', Resource: 'work' }, {}]) {
    expect(published('AWS/Lambda', 'Invocations', dimensions)).toMatchObject({ sum: 1 });
  }
  await put('fail');
  await stack.engine.idle({ endWindows: true });
  expect([ofFunction('Invocations')?.sum, ofFunction('Errors')?.sum]).toEqual([2, 1]);
  expect(stack.engine.meter.snapshot().calls).toEqual(calls);
  const asked = {
    Namespace: 'AWS/Lambda',
    StartTime: new Date(startMs),
    EndTime: new Date(startMs + minuteMs),
    Period: 60,
  };
  const { Datapoints } = await cloudWatch.send(
    new GetMetricStatisticsCommand({ ...asked, MetricName: 'Duration', Statistics: ['SampleCount'] }),
  );
  expect(Datapoints).toMatchObject([{ SampleCount: 2, Unit: 'Milliseconds' }]);
});

test('invocations that nobody waits for, and those that are throttled', async () => {
  const invoke = (FunctionName: string, InvocationType: 'Event' | 'RequestResponse', input: object = {}) =>
    lambda.send(new InvokeCommand({ FunctionName, InvocationType, Payload: JSON.stringify(input) }));
  const errors = ofFunction('Errors')?.sum ?? 0;
  await invoke('work', 'Event');
  await invoke('work', 'Event', { fail: true });
  await until(() => stack.engine.asynchronous.isIdle);
  expect(ofFunction('AsyncEventsReceived')?.sum).toBe(2);
  // Once each, and once again after a minute.
  expect(ofFunction('AsyncEventAge')).toMatchObject({ sampleCount: 3, minimum: 0 });
  expect(ofFunction('AsyncEventAge')?.maximum).toBeGreaterThanOrEqual(minuteMs);
  expect([ofFunction('AsyncEventsDropped')?.sum, ofFunction('Errors')?.sum]).toEqual([1, errors + 2]);
  await expect(invoke('off', 'RequestResponse')).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  await invoke('off', 'Event');
  await until(() => stack.engine.asynchronous.isIdle);
  expect([ofFunction('Throttles', 'off')?.sum, ofFunction('AsyncEventsDropped', 'off')?.sum]).toEqual([2, 1]);
  expect(ofFunction('Invocations', 'off')).toBe(undefined);
});

test('executions, by how they ended', async () => {
  const ofMachine = (metricName: string, name: string) =>
    published('AWS/States', metricName, { StateMachineArn: machineArn(name) });
  await stack.run('succeeds');
  await stack.run('fails');
  const aborted = await stack.start('waits');
  const late = await stack.start('runsOut');
  clock.advance(30_000);
  await stack.ended(late);
  await stack.engine.stepFunctions.kill({ accessKeyId: '', sessionToken: aborted });
  await stack.ended(aborted);
  for (const [name, end] of Object.entries({
    succeeds: 'Succeeded',
    fails: 'Failed',
    waits: 'Aborted',
    runsOut: 'TimedOut',
  })) {
    expect([name, ofMachine('ExecutionsStarted', name)?.sum]).toEqual([name, 1]);
    expect([name, ofMachine(`Executions${end}`, name)?.sum]).toEqual([name, 1]);
  }
  expect(ofMachine('ExecutionTime', 'runsOut')).toMatchObject({ sampleCount: 1, sum: 30_000 });
  expect(ofMachine('ExecutionsFailed', 'succeeds')).toBe(undefined);
});

test('alarms on them go on while something fails, and off again', () => {
  const states = () => ['failures', 'runs', 'unseen'].map((name) => stack.engine.alarms.get(name)?.state.value);
  clock.advance(minuteMs);
  stack.engine.alarms.evaluate();
  expect(states()).toEqual(['ALARM', 'ALARM', 'OK']);
  // A period that has a datapoint counts for as long as the evaluation range has it.
  clock.advance(16 * minuteMs);
  stack.engine.alarms.evaluate();
  expect(states()).toEqual(['OK', 'OK', 'OK']);
});
