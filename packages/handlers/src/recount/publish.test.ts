import type { TableStreamRecord } from '@tidemark/core/publish/change';
import { readChange } from '@tidemark/core/publish/change';
import { exactSumOf, mergeSums } from '@tidemark/core/series/exact-sum';
import { measuredFromItem } from '@tidemark/core/series/figures';
import type { BucketItem, WindowItem } from '@tidemark/core/series/partial';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTableStream } from '../../test/dynamodb-local.ts';
import type { StoredRecord } from '../../test/kinesis.ts';
import { both, pipe } from '../../test/recounts.ts';
import type { Rides } from '../../test/rides.ts';
import { kinesisRecord, RidesStage, reading } from '../../test/rides.ts';

const startMs = Date.parse('2026-11-02T09:30:00Z');
const distances = [4, 0.1, 9, 0.2, -3, 7];

let stage: RidesStage;
beforeAll(async () => {
  stage = await RidesStage.start();
});
afterAll(() => stage?.stop());

/** The generation that the recount counts into is true already: live counting adds to what it wrote. */
async function makeSwitched(): Promise<{ rides: Rides; records: StoredRecord[] }> {
  const rides = await stage.makeRides(startMs - 1000, { ...both, name: 'rides' });
  await rides.deployment.putControl('TIMELINE', {
    ...{ Version: 4, LastGeneration: 12 },
    Ranges: Object.fromEntries(['1m', '1h', 'w60'].map((size) => [size, [{ FromMs: 0, Generation: 12 }]])),
    Lock: { Run: 'run', Kind: 'replay', Generation: 12, Execution: 'arn', SinceMs: 0, Stage: 'open', Pipe: pipe },
  });
  const records: StoredRecord[] = [];
  for (const [index, distance] of distances.entries()) {
    records.push(await rides.stream.put(reading('Pegasus', distance), startMs + index * 1000));
  }
  return { rides, records };
}

async function recount({ deployment, stream }: Rides, records: readonly StoredRecord[]): Promise<void> {
  // A recount follows live counting, which is far ahead as far as its checkpoint tells.
  const shardId = records[0]?.shardId;
  await deployment.putControl(`CHECKPOINT#count#${shardId}`, { LastSequence: '129:9', ArrivalMs: startMs });
  const event = records.map((record) => {
    const { kinesis, ...about } = kinesisRecord(record, stream.arn);
    return { pipe, record: { ...kinesis, ...about } };
  });
  await deployment.deliver('recount', event);
}

async function live(rides: Rides, records: readonly StoredRecord[]): Promise<void> {
  await rides.deployment.deliver('count', {
    Records: records.map((record) => kinesisRecord(record, rides.stream.arn)),
  });
  await rides.deliver({ records, ending: 'final' });
}

/** Who writes which of the records. */
type Turn = readonly [who: 'recount' | 'live', from: number, to: number];

/** What publishing makes of everything that was written to the table. */
async function published({ deployment }: Rides, writes: number) {
  const { dynamodb } = deployment.stage.servers;
  const stream = await readTableStream(dynamodb, deployment.tables.series, writes);
  expect(stream).toHaveLength(writes);
  const told = { events: 0, readings: 0, count: 0, sum: exactSumOf([]), recounts: 0 };
  for (const record of stream) {
    const change = readChange(record as TableStreamRecord, { bucket: '1m', window: 'w60' });
    if (change.kind === 'recount') told.recounts += 1;
    if (change.kind === 'counted') told.events += change.delta;
    if (change.kind !== 'measured') continue;
    told.readings += change.readings;
    told.count += change.measured.distance?.count ?? 0;
    told.sum = mergeSums(told.sum, change.measured.distance?.sum ?? []);
  }
  return told;
}

test.each<[string, readonly Turn[]]>([
  [
    'the recount wrote first',
    [
      ['recount', 0, 3],
      ['live', 3, 6],
    ],
  ],
  [
    'live wrote first',
    [
      ['live', 0, 3],
      ['recount', 3, 6],
    ],
  ],
  [
    'the recount wrote in between',
    [
      ['live', 0, 2],
      ['recount', 2, 4],
      ['live', 4, 6],
    ],
  ],
  [
    'live wrote in between',
    [
      ['recount', 0, 2],
      ['live', 2, 4],
      ['recount', 4, 6],
    ],
  ],
  [
    'live came again to what was recounted',
    [
      ['recount', 0, 4],
      ['live', 2, 6],
    ],
  ],
  [
    'the recount came again to what live counted',
    [
      ['live', 0, 4],
      ['recount', 2, 6],
    ],
  ],
])('what live counting added is published, and nothing else, where %s', async (_, turns) => {
  const { rides, records } = await makeSwitched();
  const added: Record<Turn[0], number[]> = { recount: [], live: [] };
  let counted = 0;
  for (const [who, from, to] of turns) {
    await (who === 'live' ? live : recount)(rides, records.slice(from, to));
    added[who].push(...distances.slice(Math.max(from, counted), to));
    counted = to;
  }
  expect(await published(rides, 3 * turns.length)).toEqual({
    ...{ events: added.live.length, readings: added.live.length, count: added.live.length },
    sum: exactSumOf(added.live),
    recounts: 3 * turns.filter(([who]) => who === 'recount').length,
  });

  // Beside it stands what nobody has published: what was corrected is that alone, whenever it is looked at.
  const rows = await rides.deployment.rows();
  const [bucket, window] = ['1m', 'w60'].map((size) =>
    rows.find(({ Bucket }) => String(Bucket).startsWith(`${size}#0012#`)),
  );
  expect(bucket as unknown as BucketItem).toMatchObject({ EventCount: 6, Recounted: added.recount.length });
  const { EventCount, Measures, Recounted } = window as unknown as WindowItem;
  expect([EventCount, Recounted?.EventCount]).toEqual([6, added.recount.length]);
  expect(measuredFromItem(Measures).distance).toMatchObject({
    count: 6,
    sum: exactSumOf(distances),
    minimum: -3,
    maximum: 9,
  });
  expect(measuredFromItem(Recounted?.Measures ?? {}).distance).toEqual({
    ...{ count: added.recount.length, sum: exactSumOf(added.recount) },
    ...{ minimum: Math.min(...added.recount), maximum: Math.max(...added.recount) },
  });
});
