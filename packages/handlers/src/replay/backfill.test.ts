import { afterAll, beforeAll, expect, test } from 'vitest';
import { put, remove } from '../../test/dynamodb-local.ts';
import type { StoredRecord } from '../../test/kinesis.ts';
import { ReplayStage } from '../../test/replay-stage.ts';
import type { Replayed } from '../../test/replayed.ts';
import { eventAt } from '../../test/rides.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const nowMs = Date.now();
const beginMs = Math.floor(nowMs / hourMs) * hourMs - 40 * hourMs;
/** The range: ten hours that have left the stream. */
const range = { from: beginMs + 4 * hourMs, toMs: beginMs + 14 * hourMs };

let stage: ReplayStage;
beforeAll(async () => {
  stage = await ReplayStage.start();
});
afterAll(() => stage?.stop());

/** Forty hours of events, one every half hour; the archive has so many of them. All were counted, and a day of them is on the stream. */
async function archived(count: number): Promise<{ replayed: Replayed; records: StoredRecord[] }> {
  const replayed = await stage.makeSource(beginMs);
  replayed.settings = { ...replayed.settings, archive: true };
  const records: StoredRecord[] = [];
  for (let arrivalMs = beginMs; arrivalMs < nowMs - 10 * minuteMs; arrivalMs += 30 * minuteMs) {
    records.push(await replayed.stream.put(eventAt('Pegasus', arrivalMs), arrivalMs));
  }
  stage.kinesis.clock.set(nowMs);
  await replayed.live(records);
  const last = records[count - 1];
  if (last === undefined) throw new Error('too few records');
  const LastSequence = `056:${last.sequenceNumber}`;
  const checkpoint = { LastSequence, ArrivalMs: last.arrivalMs, PreviousArrivalMs: last.arrivalMs, Received: 1 };
  await replayed.deployment.putControl('CHECKPOINT#archive#shardId-000000000000', checkpoint);
  return { replayed, records };
}

/** What the children of the Distributed Map do: the archive's records are counted, as if the pipe had brought them, but not noted as the stream's. */
async function readArchive(replayed: Replayed, records: readonly StoredRecord[]): Promise<void> {
  await replayed.recount(records);
  const item = 'CHECKPOINT#recount-0001#shardId-000000000000';
  const {
    StreamFirstSequence: _,
    StreamFirstArrivalMs: __,
    ...rest
  } = (await replayed.deployment.control())[item] ?? {};
  await remove(stage.tables, replayed.deployment.tables.control, { Source: replayed.source, Item: item });
  await replayed.deployment.putControl(item, rest);
}

test('a range is rebuilt from the archive and the tail of the stream, and only the range is switched', async () => {
  const { replayed, records } = await archived(60);
  const right = await replayed.totals();
  for (const row of await replayed.deployment.rows()) {
    if (!String(row.Bucket).startsWith('1h#')) continue;
    await put(stage.tables, replayed.deployment.tables.series, { ...row, EventCount: 100 });
  }
  const answer = await replayed.prepare(range, 'backfill');
  expect(answer).toEqual({
    generation: 1,
    pipe: `tidemark-${replayed.run}`,
    shards: [{ shardId: 'shardId-000000000000' }],
  });
  await readArchive(replayed, records.slice(0, 60));
  const tailFromMs = (records[59]?.arrivalMs ?? 0) - 5 * minuteMs;
  const start = { StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: new Date(tailFromMs).toISOString() };
  expect(await replayed.step('tail')).toEqual({ pipe: `tidemark-${replayed.run}`, start });
  expect(await replayed.step('contiguous')).toMatchObject({ begun: false, waiting: ['shardId-000000000000'] });
  // The pipe brings the archive's last record again.
  await replayed.recount(records.slice(59));
  expect(await replayed.step('tail')).toMatchObject({ start });
  expect(await replayed.step('contiguous')).toMatchObject({ begun: true, firstMs: range.from });
  expect(await replayed.step('progress')).toMatchObject({ near: true });
  // Ten hours of one size were spoilt, and no bucket outside the range is looked at.
  expect(await replayed.compare()).toMatchObject({ outcome: 'different', compared: { Different: 10, Undecided: 0 } });
  await replayed.hold();
  expect(await replayed.step('passed')).toMatchObject({ passed: true });
  await replayed.step('switch');
  await replayed.goForward();
  const bounds = [
    { FromMs: range.from, Generation: 1 },
    { FromMs: range.toMs, Generation: 0 },
  ];
  expect((await replayed.timeline()).Ranges).toEqual({ '1m': bounds, '1h': bounds, w60: bounds });
  const totals = await replayed.totals();
  for (const [key, count] of Object.entries(right)) {
    const startMs = Date.parse(key.split(' ')[2] ?? '');
    const isSpoilt = key.includes(' 1h ') && (startMs < range.from || startMs >= range.toMs);
    expect([key, totals[key]]).toEqual([key, isSpoilt ? 100 : count]);
  }
});

test('records between the end of the archive and the beginning of the stream may be lost: no further', async () => {
  const { replayed, records } = await archived(20);
  await replayed.prepare(range, 'backfill');
  await readArchive(replayed, records.slice(0, 20));
  await replayed.step('tail');
  const kept = records.filter(({ arrivalMs }) => arrivalMs > nowMs - 24 * hourMs);
  await replayed.recount(kept);
  await expect(replayed.step('contiguous')).rejects.toMatchObject({
    name: 'TailGap',
    message: expect.stringContaining(new Date(kept[0]?.arrivalMs ?? 0).toISOString()),
  });
});

test('a missing object of the archive shows in the ledger: nothing is switched', async () => {
  const { replayed, records } = await archived(60);
  await replayed.prepare(range, 'backfill');
  await readArchive(replayed, [...records.slice(0, 10), ...records.slice(12, 60)]);
  await replayed.step('tail');
  await replayed.recount(records.slice(59));
  await replayed.step('contiguous');
  await replayed.compare();
  await replayed.hold();
  const day = new Date(records[10]?.arrivalMs ?? 0).toISOString().slice(0, 10);
  await expect(replayed.step('switch')).rejects.toMatchObject({
    name: 'RecountReceivedFewer',
    message: expect.stringContaining(`of ${day} the recount received`),
  });
});

test('a range needs an archive, and the lock is not taken without one', async () => {
  const { replayed } = await archived(1);
  replayed.settings = { ...replayed.settings, archive: false };
  await expect(replayed.prepare(range, 'backfill')).rejects.toMatchObject({ name: 'BadCall' });
  expect(await replayed.timeline()).toBeUndefined();
});

test('a run is refused of which every size lies below its prune floor, and begins at the floor where only some do', async () => {
  const { replayed } = await archived(1);
  const floors = (hour: number) => ({
    Floors: Object.fromEntries(
      ['1m', '1h', 'w60'].map((size) => [size, [{ FromMs: nowMs, FloorMs: size === '1h' ? hour : range.toMs }]]),
    ),
  });
  const instant = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  await replayed.deployment.putControl('FLOORS', floors(range.toMs + hourMs));
  const refusal = {
    name: 'BelowFloor',
    message:
      `1m is pruned before ${instant(range.toMs)}, 1h before ${instant(range.toMs + hourMs)}, w60 before ${instant(range.toMs)}: ` +
      'bring counts back with `tidemark prune restore`',
  };
  await expect(replayed.prepare(range, 'backfill')).rejects.toMatchObject(refusal);
  await expect(replayed.prepare({ from: range.from }, 'replay')).rejects.toMatchObject(refusal);
  expect(await replayed.timeline()).toBeUndefined();
  await replayed.deployment.putControl('FLOORS', floors(range.toMs - 2 * hourMs));
  await replayed.prepare(range, 'backfill');
  expect((await replayed.runItem()).First).toEqual({
    '1m': range.toMs,
    '1h': range.toMs - 2 * hourMs,
    w60: range.toMs,
  });
});
