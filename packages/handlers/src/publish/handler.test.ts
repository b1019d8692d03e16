import { floorsOf } from '@tidemark/core/control/floors';
import { planCalls } from '@tidemark/core/publish/call';
import type { TableStreamRecord } from '@tidemark/core/publish/change';
import { makeMarker } from '@tidemark/core/publish/marker';
import { emptyTally } from '@tidemark/core/publish/tally';
import { figuresOf, measuredToItem, mergeFigures } from '@tidemark/core/series/figures';
import { encodeBucket } from '@tidemark/core/series/key';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { put, readTableStream, remove } from '../../test/dynamodb-local.ts';
import { kinesisEvent, webEvent } from '../../test/events.ts';
import type { Deployment } from '../../test/stage.ts';
import { Stage } from '../../test/stage.ts';

/*
 * CloudWatch is not here: nothing listens at its address, so that an invocation succeeds only when it puts nothing.
 * What is put is tested where a CloudWatch with the real limits stands, with the local engine.
 */

const minuteMs = 60_000;
const nowMs = Date.now();
const floors = floorsOf(undefined);
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage?.stop());

/** Lets `count` count events at these times, and returns the table's stream. */
async function countedAt(deployment: Deployment, timesMs: readonly number[]) {
  const sent = timesMs.map((timeMs, index) => ({
    sequence: index + 1,
    text: webEvent('page view', timeMs),
    arrivalMs: nowMs,
  }));
  const count = await deployment.start('count');
  for (const record of sent) await count.invoke(kinesisEvent([record]));
  await count.end();
  return readTableStream(stage.servers.dynamodb, deployment.tables.series, sent.length * 2);
}

async function markers(deployment: Deployment) {
  const items = Object.entries(await deployment.control());
  return items.filter(([item]) => item.startsWith('PUBLISHED#'));
}

async function progress(deployment: Deployment) {
  const items = Object.entries(await deployment.control());
  return items.find(([item]) => item.startsWith('CHECKPOINT#publish#'))?.[1];
}

/** Writes the markers that publishing these records would leave. */
async function mark(deployment: Deployment, records: readonly TableStreamRecord[]): Promise<void> {
  for (const call of planCalls(records, { source: 'web', spans: { bucket: '1m' }, floors, nowMs })) {
    const marker = makeMarker('web', call, 'another invocation', nowMs);
    await put(stage.servers.dynamodb.client, deployment.tables.control, { ...marker });
  }
}

test('a call that fails fails the invocation and leaves no marker', async () => {
  const deployment = await stage.makeDeployment();
  const Records = await countedAt(deployment, [nowMs, nowMs]);
  await expect(deployment.deliver('publish', { Records })).rejects.toThrow(/ECONNREFUSED/);
  expect(await markers(deployment)).toEqual([]);
  expect(await progress(deployment)).toBeUndefined();
});

test('what markers show as published is not put again, whatever the bounds of the batch', async () => {
  const deployment = await stage.makeDeployment();
  const Records = await countedAt(deployment, [nowMs, nowMs, nowMs]);
  await mark(deployment, Records.slice(0, 4));
  await deployment.deliver('publish', { Records: Records.slice(0, 4) });
  await deployment.deliver('publish', { Records: Records.slice(0, 2) });
  await deployment.deliver('publish', { Records: Records.slice(2, 4) });
  await expect(deployment.deliver('publish', { Records })).rejects.toThrow(/ECONNREFUSED/);
  await mark(deployment, Records.slice(4));
  await deployment.deliver('publish', { Records });
  expect(await markers(deployment)).toHaveLength(2);
});

test('a batch that was published costs one query and no write', async () => {
  const deployment = await stage.makeDeployment();
  const Records = await countedAt(deployment, [nowMs]);
  await mark(deployment, Records);
  stage.servers.proxy.reset();
  await deployment.deliver('publish', { Records });
  expect(stage.servers.proxy.calls).toEqual(['Query']);
});

test('markers of other shards neither hide records nor hide the own marker', async () => {
  const deployment = await stage.makeDeployment();
  const Records = await countedAt(deployment, [nowMs]);
  const others = Array.from({ length: 250 }, (_, index) => ({
    ...Records.at(-1),
    eventID: String(index).padStart(8, '0'),
  }));
  for (const other of others) await mark(deployment, [other]);
  await expect(deployment.deliver('publish', { Records })).rejects.toThrow(/ECONNREFUSED/);
  await mark(deployment, Records);
  await deployment.deliver('publish', { Records });
});

test('buckets that CloudWatch would refuse are tallied, not put', async () => {
  const deployment = await stage.makeDeployment();
  const Records = await countedAt(deployment, [Date.parse('2015-05-17T10:05:03Z'), Date.parse('2015-05-18T10:05:03Z')]);
  await deployment.deliver('publish', { Records });
  expect(await progress(deployment)).toEqual({ TooOld: 2, ChangedMs: expect.any(Number) });
  expect(await markers(deployment)).toEqual([]);
});

test('what lies below the floor is tallied, not put; the floor is read once a minute at most, and not where all is published', async () => {
  const deployment = await stage.makeDeployment();
  const Records = await countedAt(deployment, [nowMs - 60 * minuteMs, nowMs - 50 * minuteMs]);
  const floorMs = nowMs + minuteMs;
  await deployment.putControl('FLOORS', { Floors: { '1m': [{ FromMs: Number.MAX_SAFE_INTEGER, FloorMs: floorMs }] } });
  stage.servers.proxy.reset();
  const publish = await deployment.start('publish');
  for (const record of Records) await publish.invoke({ Records: [record] });
  await publish.end();
  // A tally of the minute's change, and none of the hour's.
  expect(stage.servers.proxy.calls.toSorted()).toEqual([
    'GetItem',
    ...Array<string>(4).fill('Query'),
    ...Array<string>(2).fill('UpdateItem'),
  ]);
  expect(await progress(deployment)).toEqual({ Pruned: 2, ChangedMs: expect.any(Number) });
  expect(await markers(deployment)).toEqual([]);
});

test('a restored item is put into no metric', async () => {
  const deployment = await stage.makeDeployment();
  const startMs = Math.floor(nowMs / minuteMs) * minuteMs - 60 * minuteMs;
  const floors = { '1m': [{ FromMs: 0, FloorMs: startMs + minuteMs }] };
  const opened = [{ FromMs: startMs, ToMs: startMs + minuteMs, UntilMs: nowMs + minuteMs, Run: 'r' }];
  await deployment.putControl('FLOORS', { Version: 2, Floors: floors, Restored: { '1m': opened } });
  const Bucket = encodeBucket({ size: '1m', generation: 0, startMs, slice: '000000000000' });
  const item = { EventName: 'page view', Bucket, EventCount: 5, LastSequence: '001:1', WrittenBy: 'live' };
  await put(stage.servers.dynamodb.client, deployment.tables.series, item);
  const Records = await readTableStream(stage.servers.dynamodb, deployment.tables.series, 1);
  await deployment.deliver('publish', { Records });
  expect(await progress(deployment)).toEqual({ Pruned: 5, ChangedMs: expect.any(Number) });
});

test('recounts, deletions and strangers are tallied, not put', async () => {
  const deployment = await stage.makeDeployment();
  const { client } = stage.servers.dynamodb;
  const Bucket = '1m#0001#2026-11-02T09:30:00Z#000000000000';
  const recount = { EventName: 'page view', Bucket, EventCount: 5, WrittenBy: 'recount', LastSequence: '001:1' };
  await put(client, deployment.tables.series, recount);
  await remove(client, deployment.tables.series, { EventName: 'page view', Bucket });
  await put(client, deployment.tables.series, { EventName: 'me', Bucket: 'mine' });
  const Records = await readTableStream(stage.servers.dynamodb, deployment.tables.series, 3);
  await deployment.deliver('publish', { Records });
  expect(await progress(deployment)).toEqual({ Recounted: 1, Removed: 1, Foreign: 1, ChangedMs: expect.any(Number) });
});

/** A source that has windows alone, whose items are written as they are given, and the table's stream of them. */
async function withWindows(windows: readonly WindowWrite[]) {
  const deployment = await stage.makeDeployment({ buckets: [], window: { seconds: 60 } });
  const { client } = stage.servers.dynamodb;
  for (const { startMs, values, EventName = 'Shadowfax' } of windows) {
    const Bucket = encodeBucket({ size: 'w60', generation: 0, startMs, slice: '000000000000' });
    const Measures = measuredToItem({ distance: values.map(figuresOf).reduce(mergeFigures) });
    const item = { EventName, Bucket, EventCount: values.length, LastSequence: '001:1', WrittenBy: 'live', Measures };
    await put(client, deployment.tables.series, item);
  }
  return {
    deployment,
    Records: await readTableStream(stage.servers.dynamodb, deployment.tables.series, windows.length),
  };
}

interface WindowWrite {
  readonly startMs: number;
  readonly values: readonly number[];
  readonly EventName?: string;
}

test("windows of the table's own stream are statistic sets, exact whatever their magnitude", async () => {
  const startMs = Math.floor(nowMs / 60_000) * 60_000;
  const values = [1e100, 0.1, -1e-100];
  const { deployment, Records } = await withWindows([
    { startMs, values },
    { startMs, values: [...values, 0.2, -1e100, 7] },
  ]);
  const [call, ...others] = planCalls(Records, { source: 'web', spans: { window: 'w60' }, floors, nowMs });
  expect(others).toEqual([]);
  expect(call?.data).toMatchObject([
    {
      MetricName: 'distance',
      Timestamp: new Date(startMs),
      // Both writes together: the sum is that of all six, rounded once.
      StatisticValues: { SampleCount: 6, Sum: 0.1 + 0.2 + 7, Minimum: -1e100, Maximum: 1e100 },
    },
  ]);
  expect(call?.tally).toEqual({ ...emptyTally, Readings: 6 });
  await expect(deployment.deliver('publish', { Records })).rejects.toThrow(/ECONNREFUSED/);
  if (call === undefined) throw new Error('there is a call');
  const marker = makeMarker('web', call, 'another invocation', nowMs);
  await put(stage.servers.dynamodb.client, deployment.tables.control, { ...marker });
  await deployment.deliver('publish', { Records });
});

test('windows that CloudWatch would refuse are tallied, not put', async () => {
  const startMs = Date.parse('2015-05-17T10:05:00Z');
  const { deployment, Records } = await withWindows([{ startMs, values: [1, 2] }]);
  const stranger = { ...Records[0], eventID: 'stranger', dynamodb: { ...Records[0]?.dynamodb } };
  stranger.dynamodb.NewImage = { ...stranger.dynamodb.NewImage, Measures: { S: 'many' } };
  await deployment.deliver('publish', { Records: [...Records, stranger] });
  expect(await progress(deployment)).toEqual({ TooOld: 2, Foreign: 1, ChangedMs: expect.any(Number) });
});

test('records of no stream fail the invocation', async () => {
  const deployment = await stage.makeDeployment();
  const records = await countedAt(deployment, [nowMs]);
  const Records = records.map(({ eventSourceARN: _, ...record }) => record);
  await expect(deployment.deliver('publish', { Records })).rejects.toThrow(/eventSourceARN/);
});

test('an event without records is nothing to do', async () => {
  const deployment = await stage.makeDeployment();
  await deployment.deliver('publish', { Records: [] });
  expect(stage.servers.proxy.calls).toEqual([]);
});
