import { afterAll, beforeAll, expect, test } from 'vitest';
import { remove } from '../../test/dynamodb-local.ts';
import type { StoredRecord } from '../../test/kinesis.ts';
import { ReplayStage } from '../../test/replay-stage.ts';
import type { Replayed } from '../../test/replayed.ts';
import { eventAt } from '../../test/rides.ts';

const hourMs = 60 * 60_000;
const nowMs = Date.now();

let stage: ReplayStage;
beforeAll(async () => {
  stage = await ReplayStage.start();
});
afterAll(() => stage?.stop());

/** Six events an hour apart, the last one an hour ago, counted live; the recount has handled so many of them. */
async function halfWay(recounted: number): Promise<{ replayed: Replayed; records: StoredRecord[] }> {
  const replayed = await stage.makeSource(nowMs - 10 * hourMs);
  const records: StoredRecord[] = [];
  for (let hours = 6; hours > 0; hours -= 1) {
    const arrivalMs = nowMs - hours * hourMs;
    records.push(await replayed.stream.put(eventAt('Pegasus', arrivalMs), arrivalMs));
  }
  stage.kinesis.clock.set(nowMs);
  await replayed.live(records);
  await replayed.prepare();
  await replayed.recount(records.slice(0, recounted));
  await replayed.step('begun');
  return { replayed, records };
}

test('what is enabled is held, and nothing else: an operator had disabled the rest', async () => {
  const { replayed } = await halfWay(1);
  const [count = { mapping: '' }, window = { mapping: '' }] = replayed.settings.mappings;
  const mappings = [
    { mapping: count.mapping, state: 'Enabled' },
    { mapping: window.mapping, state: 'Disabled' },
  ];
  const held = [{ Consumer: 'count', Mapping: 'uuid-count' }];
  expect(await replayed.step('noteHold', { mappings })).toEqual({ held, holdSeconds: 67 });
  // The step comes again when its mapping was disabled by the run itself.
  const disabled = mappings.map((each) => ({ ...each, state: 'Disabled' }));
  expect(await replayed.step('noteHold', { mappings: disabled })).toEqual({ held, holdSeconds: 67 });
  await expect(replayed.step('noteHold', { mappings: mappings.slice(1) })).rejects.toMatchObject({ name: 'BadCall' });
});

test('how far live counting was is noted when it is held, by consumer and shard, and once', async () => {
  const { replayed, records } = await halfWay(1);
  await expect(replayed.step('held')).rejects.toMatchObject({ name: 'OutOfTurn' });
  await replayed.hold();
  const { HoldCheckpoints } = await replayed.runItem();
  const fence = `056:${records.at(-1)?.sequenceNumber}`;
  expect(HoldCheckpoints).toEqual({
    count: { 'shardId-000000000000': fence },
    window: { 'shardId-000000000000': fence },
  });
  await replayed.live([await replayed.stream.put(eventAt('Pegasus', nowMs), nowMs)]);
  expect(await replayed.step('held')).toEqual({ shards: 1 });
  expect((await replayed.runItem()).HoldCheckpoints).toEqual(HoldCheckpoints);
});

test('of shards that have left the stream before the recount came to them, nothing is noted', async () => {
  const { replayed } = await halfWay(6);
  const control = await replayed.deployment.control();
  const gone = control['CHECKPOINT#count#shardId-000000000000'] ?? {};
  for (const consumer of ['count', 'window'])
    await replayed.deployment.putControl(`CHECKPOINT#${consumer}#shardId-000000000099`, gone);
  await replayed.hold();
  const { HoldCheckpoints } = await replayed.runItem();
  expect(Object.values(HoldCheckpoints ?? {}).map((each) => Object.keys(each))).toEqual([
    ['shardId-000000000000'],
    ['shardId-000000000000'],
  ]);
  expect(await replayed.step('passed')).toMatchObject({ passed: true });
  await replayed.step('switch');
  await replayed.goForward();
});

test('the recount must pass live counting, within fifteen minutes', async () => {
  const { replayed, records } = await halfWay(5);
  await replayed.hold();
  expect(await replayed.step('passed')).toEqual({ passed: false, waiting: ['shardId-000000000000'], waitSeconds: 5 });
  const run = await replayed.runItem();
  const longAgo = { ...run, DrainedMs: nowMs - 16 * 60_000 };
  await replayed.deployment.putControl(`RUN#${replayed.run}`, longAgo);
  await expect(replayed.step('passed')).rejects.toMatchObject({ name: 'NotPassed' });
  await replayed.recount(records.slice(5));
  expect(await replayed.step('passed')).toMatchObject({ passed: true, waiting: [] });
});

test('a recount that never began with a shard has passed it only where the stream holds nothing of what was counted', async () => {
  const { replayed } = await halfWay(6);
  await replayed.hold();
  const checkpoint = 'CHECKPOINT#recount-0001#shardId-000000000000';
  const key = { Source: replayed.source, Item: checkpoint };
  await remove(stage.tables, replayed.deployment.tables.control, key);
  expect(await replayed.step('passed')).toMatchObject({ passed: false });
  // The trim horizon moves past all of it; then a record comes.
  stage.kinesis.clock.set(nowMs + 25 * hourMs);
  expect(await replayed.step('passed')).toMatchObject({ passed: true });
  await replayed.stream.put(eventAt('Pegasus', nowMs), nowMs + 25 * hourMs);
  expect(await replayed.step('passed')).toMatchObject({ passed: true });
});

test('nothing is switched where the recount received fewer events than live counting did', async () => {
  const { replayed } = await halfWay(6);
  await replayed.hold();
  const control = await replayed.deployment.control();
  const ledger = Object.keys(control).find((item) => item.startsWith('LEDGER#recount-0001#')) ?? '';
  const [, , day] = ledger.split('#');
  const { Received, ...rest } = control[ledger] ?? {};
  await replayed.deployment.putControl(ledger, { ...rest, Received: Number(Received) - 1 });
  const before = await replayed.timeline();
  await expect(replayed.step('switch')).rejects.toMatchObject({
    name: 'RecountReceivedFewer',
    message: expect.stringContaining(
      `shardId-000000000000: of ${day} the recount received ${Number(Received) - 1} events`,
    ),
  });
  expect(await replayed.timeline()).toEqual(before);
});

test('a ledger that was told of more than its checkpoint, by an invocation that was cut off, is not compared', async () => {
  const { replayed } = await halfWay(6);
  await replayed.hold();
  const control = await replayed.deployment.control();
  const ledger = Object.keys(control)
    .filter((item) => item.startsWith('LEDGER#count#'))
    .sort()
    .at(-1);
  const told = control[ledger ?? ''] ?? {};
  const further = { ...told, Received: Number(told.Received) + 3 };
  await replayed.deployment.putControl(ledger ?? '', further);
  await expect(replayed.step('switch')).rejects.toMatchObject({ name: 'RecountReceivedFewer' });
  const past = `${String(told.LastSequence).slice(0, 3)}:${'9'.repeat(56)}`;
  await replayed.deployment.putControl(ledger ?? '', { ...further, LastSequence: past });
  expect(await replayed.step('switch')).toMatchObject({ waitSeconds: 65 });
});

test('nothing is switched where somebody has let live counting go in the middle of the hold', async () => {
  const { replayed } = await halfWay(6);
  await replayed.hold();
  const before = await replayed.timeline();
  await replayed.live([await replayed.stream.put(eventAt('Pegasus', nowMs), nowMs)]);
  await expect(replayed.step('switch')).rejects.toMatchObject({
    name: 'OutOfTurn',
    message: 'count has counted shardId-000000000000 since it was held: was its mapping enabled by hand?',
  });
  expect(await replayed.timeline()).toEqual(before);
});

test('nothing is switched before live counting is held and drained', async () => {
  const { replayed } = await halfWay(6);
  await expect(replayed.step('switch')).rejects.toMatchObject({ name: 'OutOfTurn' });
  const mappings = replayed.settings.mappings.map(({ mapping }) => ({ mapping, state: 'Enabled' }));
  await replayed.step('noteHold', { mappings });
  await expect(replayed.step('switch')).rejects.toMatchObject({ name: 'OutOfTurn' });
  await expect(replayed.step('passed')).rejects.toMatchObject({ name: 'OutOfTurn' });
  await expect(replayed.step('correct')).rejects.toMatchObject({ name: 'OutOfTurn' });
});

test('from a time on: a shard that was idle since needs no recount', async () => {
  const replayed = await stage.makeSource(nowMs - 20 * hourMs, 2);
  const idle = await replayed.stream.put(eventAt('Pegasus', nowMs - 15 * hourMs), nowMs - 15 * hourMs);
  const busy = await replayed.stream.put(eventAt('Pegasus', nowMs - hourMs), nowMs - hourMs, 1);
  stage.kinesis.clock.set(nowMs);
  await replayed.live([idle, busy]);
  await replayed.prepare({ from: nowMs - 5 * hourMs });
  await replayed.recount([busy]);
  // What is left of the idle shard shows that the pipe missed nothing of it.
  expect(await replayed.step('begun')).toMatchObject({ begun: true, firstMs: nowMs - 5 * hourMs });
  await replayed.hold();
  expect(await replayed.step('passed')).toMatchObject({ passed: true });
  await replayed.step('switch');
  await replayed.goForward();
});
