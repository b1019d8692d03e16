import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { sourceDimensions } from '@tidemark/core/health/datum';
import { metricNamespace } from '@tidemark/core/publish/datum';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../command.ts';
import { type Stack, startStack } from '../exactness/stack.ts';
import { Quiet } from './quiet.ts';

/*
 * A source that is looked at: what is set aside, and a function that nobody calls any more, become incidents. One course, whose steps build on each other.
 */

const courseMsMax = 240_000;
const minuteMs = 60_000;
let stack: Stack;
let quiet: Quiet;
let kinesis: KinesisClient;
let cloudwatch: CloudWatchClient;

beforeAll(async () => {
  const web = {
    event: { name: 'event_type', time: 'utc_timestamp' },
    ...{ stream: { shards: 1 }, count: { batchWindowSeconds: 0 }, publish: { batchWindowSeconds: 0 } },
    buckets: ['1m'],
    systemAlarms: { freshness: '2m' },
  } as const;
  stack = await startStack({ sources: { web } }, { clockFactor: 1 });
  quiet = new Quiet(stack.engine);
  quiet.onQuiet = async () => stack.engine.alarms.evaluate();
  const client = {
    ...{ endpoint: stack.engine.endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  kinesis = new KinesisClient(client);
  cloudwatch = new CloudWatchClient(client);
}, courseMsMax);

afterAll(async () => {
  kinesis?.destroy();
  cloudwatch?.destroy();
  await stack?.stop();
});

async function put(data: string): Promise<void> {
  const StreamName = stack.source('web').stream;
  await kinesis.send(new PutRecordCommand({ StreamName, Data: Buffer.from(data), PartitionKey: 'key' }));
}

/** Five minutes at a time, oldest first, without those in which nothing was told. */
async function told(MetricName: string): Promise<(number | undefined)[]> {
  const nowMs = stack.engine.clock.now();
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      ...{ Namespace: metricNamespace, MetricName, Dimensions: [...sourceDimensions('web')] },
      ...{ StartTime: new Date(nowMs - 180 * minuteMs), EndTime: new Date(nowMs), Period: 300, Statistics: ['Sum'] },
    }),
  );
  const times = Datapoints.map(({ Timestamp, Sum }) => ({ atMs: Timestamp?.getTime() ?? 0, Sum }));
  return times.sort((one, other) => one.atMs - other.atMs).map(({ Sum }) => Sum);
}

async function tidemark(...argv: string[]) {
  const { out, error } = await runCommand(stack.engine, [...argv, '--json']);
  expect(error).toBe('');
  return JSON.parse(out);
}

const stateOf = (name: string) => stack.engine.alarms.get(name)?.state.value;
const isOn = (name: string) => () => stateOf(`${stack.engine.stackName}${name}`) === 'ALARM';
const isOff = (name: string) => () => stateOf(`${stack.engine.stackName}${name}`) === 'OK';

test('an idle source is fresh, and none of its alarms is on', { timeout: courseMsMax }, async () => {
  await quiet.pass(11 * minuteMs);
  expect(await told('Freshness')).toEqual([0, 0]);
  expect(await told('QuarantinedEvents')).toEqual([0, 0]);
  expect((await tidemark('incidents', 'list', '--all')).incidents).toEqual([]);
  const [{ lastLook, problems }] = (await tidemark('status')).sources;
  expect(stack.engine.clock.now() - Date.parse(lastLook)).toBeLessThanOrEqual(5 * minuteMs);
  expect(problems).toEqual([]);
  expect(stateOf(`${stack.engine.stackName}_web-freshness`)).toBe('OK');
});

test('a record that is set aside becomes an incident', { timeout: courseMsMax }, async () => {
  await put('{"event_type":');
  await quiet.until('the alarm on quarantine', isOn('-web-quarantine'));
  await quiet.settled();
  const { incidents } = await tidemark('incidents', 'list', '--all');
  expect(incidents).toMatchObject([
    { source: 'web', alarm: expect.stringMatching(/-web-quarantine$/), severity: 'low' },
  ]);
  await quiet.until('its end', isOff('-web-quarantine'));
  expect((await told('QuarantinedEvents')).reduce((sum = 0, each = 0) => sum + each, 0)).toBe(1);
});

test('a function that nobody calls has no metrics: its source is not fresh, and that is told', {
  timeout: courseMsMax,
}, async () => {
  const mappings = stack.engine.mappings.list();
  const [count] = mappings.filter(({ options }) => options.functionName === stack.source('web').count);
  count?.update(false);
  await count?.settled();
  await put(JSON.stringify({ event_type: 'page view', utc_timestamp: new Date().toISOString() }));
  await quiet.until('the alarm on the parts', isOn('-web-parts'));
  await quiet.settled();
  expect(isOn('_web-freshness')()).toBe(true);
  expect(isOff('_web-lag')()).toBe(true);
  const { incidents } = await tidemark('incidents', 'list');
  const partsOn = [`${stack.engine.stackName}_web-freshness`];
  expect(incidents[0]).toMatchObject({ alarm: expect.stringMatching(/-web-parts$/), severity: 'high', partsOn });
  count?.update(true);
  await quiet.until('its end', isOff('-web-parts'));
  expect((await told('Freshness')).at(-1)).toBe(0);
  expect(stack.engineErrors).toEqual([]);
});
