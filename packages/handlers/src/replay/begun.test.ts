import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReplayStage } from '../../test/replay-stage.ts';
import type { Replayed } from '../../test/replayed.ts';
import { eventAt } from '../../test/rides.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const nowMs = Date.now();
const beginMs = nowMs - 40 * hourMs;

let stage: ReplayStage;
beforeAll(async () => {
  stage = await ReplayStage.start();
});
afterAll(() => stage?.stop());

/** Puts one event at each of these hours before now on a shard. */
async function putAt(replayed: Replayed, hoursAgo: readonly number[], shard = 0) {
  const records = [];
  for (const hours of hoursAgo) {
    const arrivalMs = nowMs - hours * hourMs;
    records.push(await replayed.stream.put(eventAt('Pegasus', arrivalMs), arrivalMs, shard));
  }
  return records;
}

test('a stream that was counted from its first record on: no bucket is too early', async () => {
  const replayed = await stage.makeSource(beginMs);
  const records = await putAt(replayed, [5, 4, 3]);
  stage.kinesis.clock.set(nowMs);
  await replayed.live(records);
  await replayed.prepare();
  await replayed.recount(records);
  expect(await replayed.step('begun')).toMatchObject({ begun: true, firstMs: Date.parse('0000-01-01T00:00:00Z') });
});

test('a shard without records counts by its last one, and needs no recount', async () => {
  const replayed = await stage.makeSource(beginMs, 2);
  const quiet = await putAt(replayed, [30]);
  const busy = await putAt(replayed, [5, 4], 1);
  stage.kinesis.clock.set(nowMs);
  await replayed.live([...quiet, ...busy]);
  await replayed.prepare();
  expect(await replayed.step('begun')).toMatchObject({
    begun: false,
    waiting: ['shardId-000000000001'],
    waitSeconds: 5,
  });
  await replayed.recount(busy);
  expect(await replayed.step('begun')).toMatchObject({ begun: true, firstMs: nowMs - 28 * hourMs + minuteMs });
  expect(await replayed.step('progress')).toMatchObject({ near: true });
  await replayed.hold();
  expect(await replayed.step('passed')).toMatchObject({ passed: true });
});

test('T is fixed once', async () => {
  const replayed = await stage.makeSource(beginMs);
  const records = await putAt(replayed, [30, 5]);
  stage.kinesis.clock.set(nowMs);
  await replayed.live(records);
  await replayed.prepare();
  await replayed.recount(records.slice(1));
  const { firstMs } = await replayed.step('begun');
  expect(firstMs).toBe(nowMs - 3 * hourMs + minuteMs);
  const more = await replayed.stream.put(eventAt('Pegasus', nowMs), nowMs);
  await replayed.live([more]);
  expect(await replayed.step('begun')).toMatchObject({ begun: true, firstMs });
});

test('from a time on: an idle shard does not make T later, where the stream shows that it holds more', async () => {
  const replayed = await stage.makeSource(beginMs, 2);
  const early = await putAt(replayed, [30, 20, 3]);
  const other = await putAt(replayed, [2.5], 1);
  stage.kinesis.clock.set(nowMs);
  await replayed.live([...early, ...other]);
  const from = nowMs - 5 * hourMs;
  const pipeFromMs = from - 2 * hourMs - 5 * minuteMs;
  expect(await replayed.prepare({ from })).toMatchObject({
    start: { StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: new Date(pipeFromMs).toISOString() },
  });
  // The pipe begins seven hours ago; what it meets first came three hours ago.
  await replayed.recount([...early.slice(2), ...other]);
  expect(await replayed.step('begun')).toMatchObject({ begun: true, firstMs: from });
});

test('from a time on: where nothing older is left on the stream, the first record tells', async () => {
  const replayed = await stage.makeSource(beginMs);
  const records = await putAt(replayed, [30, 3]);
  stage.kinesis.clock.set(nowMs);
  await replayed.live(records);
  await replayed.prepare({ from: nowMs - 5 * hourMs });
  await replayed.recount(records.slice(1));
  expect(await replayed.step('begun')).toMatchObject({ begun: true, firstMs: nowMs - hourMs + minuteMs });
});

test('a shard that live counting has not begun with is waited for, ten minutes', async () => {
  const replayed = await stage.makeSource(beginMs);
  const records = await putAt(replayed, [5, 4]);
  stage.kinesis.clock.set(nowMs);
  await replayed.prepare();
  await replayed.recount(records);
  expect(await replayed.step('begun')).toMatchObject({ begun: false, waiting: ['shardId-000000000000'] });
  const run = { ...(await replayed.runItem()), RecountingMs: nowMs - 10 * minuteMs };
  await replayed.deployment.putControl(`RUN#${replayed.run}`, { ...run });
  // Nobody knows then whether it was seen before.
  expect(await replayed.step('begun')).toMatchObject({ begun: true, firstMs: nowMs - 3 * hourMs + minuteMs });
});

test('a recount that does not move for six hours is stalled', async () => {
  const replayed = await stage.makeSource(beginMs);
  const records = await putAt(replayed, [6, 5, 4]);
  stage.kinesis.clock.set(nowMs);
  await replayed.live(records);
  await replayed.prepare();
  await replayed.step('begun');
  const run = { ...(await replayed.runItem()), MovedMs: nowMs - 6 * hourMs };
  await replayed.deployment.putControl(`RUN#${replayed.run}`, { ...run });
  await expect(replayed.step('begun')).rejects.toMatchObject({
    name: 'Stalled',
    message: expect.stringContaining('records wait'),
  });
  await replayed.recount(records.slice(0, 2));
  expect(await replayed.step('begun')).toMatchObject({ begun: true });
  expect(await replayed.step('progress')).toMatchObject({ near: false, behindMs: hourMs });
});

test('a parent that was split: its child is a shard of its own', async () => {
  const replayed = await stage.makeSource(beginMs);
  const before = await putAt(replayed, [30, 5]);
  await replayed.stream.split('shardId-000000000000');
  const after = await putAt(replayed, [3, 2]);
  expect(new Set([...before, ...after].map(({ shardId }) => shardId)).size).toBe(2);
  stage.kinesis.clock.set(nowMs);
  await replayed.live([...before, ...after]);
  await replayed.prepare();
  await replayed.recount(before.slice(1));
  const child = after[0]?.shardId;
  expect(await replayed.step('begun')).toMatchObject({ begun: false, waiting: [child] });
  await replayed.recount(after);
  // The child is known from its first record on; of the other one nothing was ever counted.
  expect(await replayed.step('begun')).toMatchObject({ begun: true, firstMs: nowMs - 3 * hourMs + minuteMs });
});
