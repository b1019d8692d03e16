import { encodeSequence } from '@tidemark/core/series/sequence';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredRecord } from '../../test/kinesis.ts';
import { PruneStage } from '../../test/prune-stage.ts';
import type { Pruned } from '../../test/pruned.ts';
import { dayMs, hourMs, midnightMs } from '../../test/rows.ts';

const nowMs = Date.now();
const effectiveMs = nowMs - hourMs;
const shardId = 'shardId-000000000000';

let stage: PruneStage;
beforeAll(async () => {
  stage = await PruneStage.start();
});
afterAll(() => stage?.stop());

/** A prune that has found its floors in force since an hour ago, and a stream with records that arrived so long ago. */
async function waiting(
  hoursAgo: readonly number[],
  fromMs = effectiveMs,
): Promise<{ pruned: Pruned; records: StoredRecord[] }> {
  const pruned = await stage.makeSource([], nowMs - 20 * hourMs);
  const records: StoredRecord[] = [];
  for (const hours of hoursAgo) records.push(await pruned.stream.put('{}', nowMs - hours * hourMs));
  stage.kinesis.clock.set(nowMs);
  const Floors = { '1m': [{ FromMs: fromMs, FloorMs: midnightMs - 14 * dayMs }] };
  await pruned.deployment.putControl('FLOORS', { Version: 7, Floors });
  await pruned.prepare({ sizes: ['1m'] });
  expect(await pruned.runItem()).toMatchObject({
    EffectiveMs: fromMs,
    Phase: 'waiting for the floor',
  });
  return { pruned, records };
}

/** Counting has handled everything up to a record. */
async function count(
  pruned: Pruned,
  consumer: 'count' | 'window',
  { sequenceNumber, arrivalMs }: StoredRecord,
): Promise<void> {
  const LastSequence = encodeSequence(sequenceNumber);
  await pruned.deployment.putControl(`CHECKPOINT#${consumer}#${shardId}`, { LastSequence, ArrivalMs: arrivalMs });
}

const done = { counted: true, waitSeconds: 0, waiting: [] };
const behind = { counted: false, waitSeconds: expect.toSatisfy((seconds) => seconds >= 5), waiting: [shardId] };

test('nothing is counted out before the floors are in force', async () => {
  const { pruned } = await waiting([], nowMs + hourMs);
  const answer = await pruned.step('counted');
  expect(answer).toEqual({ counted: false, waitSeconds: expect.any(Number), waiting: [] });
  expect(answer.waitSeconds).toBeGreaterThan(3000);
});

test('a shard without records is waited for no longer', async () => {
  const { pruned } = await waiting([]);
  expect(await pruned.step('counted')).toEqual(done);
});

test('what arrived before is waited for until every consumer has counted it', async () => {
  const { pruned, records } = await waiting([3, 2, 0.5]);
  const [first, second, third] = records as [StoredRecord, StoredRecord, StoredRecord];
  expect(await pruned.step('counted')).toEqual(behind);
  for (const consumer of ['count', 'window'] as const) {
    expect(await pruned.step('counted')).toEqual(behind);
    await count(pruned, consumer, first);
  }
  expect(await pruned.step('counted')).toEqual(behind);
  await count(pruned, 'window', third);
  expect(await pruned.step('counted')).toEqual(behind);
  // The next record of the shard arrived after the floors were in force.
  await count(pruned, 'count', second);
  expect(await pruned.step('counted')).toEqual(done);
});

test('a record that arrived before may lie behind one that arrived after', async () => {
  const { pruned, records } = await waiting([0.995, 1.001, 0.5]);
  const [first, second] = records as [StoredRecord, StoredRecord];
  for (const consumer of ['count', 'window'] as const) await count(pruned, consumer, first);
  expect(first.arrivalMs).toBeGreaterThan(effectiveMs);
  expect(second.arrivalMs).toBeLessThan(effectiveMs);
  expect(await pruned.step('counted')).toEqual(behind);
  for (const consumer of ['count', 'window'] as const) await count(pruned, consumer, second);
  expect(await pruned.step('counted')).toEqual(done);
});

test('an idle shard, and one that has left the stream, hold nothing back', async () => {
  const { pruned, records } = await waiting([3]);
  await count(pruned, 'count', records[0] as StoredRecord);
  await count(pruned, 'window', records[0] as StoredRecord);
  await pruned.deployment.putControl('CHECKPOINT#count#shardId-000000000009', { LastSequence: '001:1', ArrivalMs: 1 });
  expect(await pruned.step('counted')).toEqual(done);
});

test('where nothing moves for six hours the run ends, and a shard that moves begins them anew', async () => {
  const { pruned, records } = await waiting([3, 2.5, 2]);
  const [first, second] = records as [StoredRecord, StoredRecord];
  expect(await pruned.step('counted')).toEqual(behind);
  const longAgo = async () => {
    const item = await pruned.runItem();
    await pruned.deployment.putControl(`RUN#${pruned.run}`, { ...item, MovedMs: nowMs - 6 * hourMs });
  };
  for (const record of [first, second]) {
    await longAgo();
    await count(pruned, 'count', record);
    await count(pruned, 'window', record);
    expect(await pruned.step('counted')).toEqual(behind);
  }
  expect(await pruned.step('counted')).toEqual(behind);
  await longAgo();
  const failure = { name: 'Stalled', message: expect.stringContaining(shardId) };
  await expect(pruned.step('counted')).rejects.toMatchObject(failure);
});
