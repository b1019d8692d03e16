import { encodeSequence } from '@tidemark/core/series/sequence';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredRecord } from '../../test/kinesis.ts';
import { figures, RidesStage, reading } from '../../test/rides.ts';

const startMs = Date.parse('2026-11-02T09:30:00Z');
const shardId = 'shardId-000000000000';
const checkpoint = `CHECKPOINT#window#${shardId}`;
const ledger = `LEDGER#window#2026-11-02#${shardId}`;
const pegasus = (minute: number) => `Pegasus w60 2026-11-02T09:${minute}:00Z 000000000000`;

let stage: RidesStage;
beforeAll(async () => {
  stage = await RidesStage.start();
});
afterAll(() => stage?.stop());

const fenceOf = (record: StoredRecord | undefined) => encodeSequence(record?.sequenceNumber ?? '');

test('records of a lost state are read again before the batch, and the log tells it', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(8, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 2), ending: 'final' });
  await shard.deliver({ records: records.slice(2, 5) });
  const instance = await shard.start({ AWS_LAMBDA_LOG_LEVEL: 'INFO' });
  stage.reset();
  await shard.deliver({ records: records.slice(5, 7), instance, state: {} });
  // A look at one record, and when that was lost, all that follows: as far as the batch.
  expect(stage.kinesis.calls).toEqual(['GetShardIterator', 'GetRecords', 'GetRecords']);
  expect(await shard.windows()).toEqual({ [pegasus(30)]: figures(5, 15, 1, 5) });
  expect(await shard.control(checkpoint)).toMatchObject({ LastSequence: fenceOf(records[4]) });
  await shard.deliver({ records: records.slice(7), instance, ending: 'final' });
  expect(await shard.windows()).toEqual({ [pegasus(30)]: figures(8, 36, 1, 8) });
  expect(await shard.control(ledger)).toMatchObject({ Received: 8, Counted: 8, Redelivered: 0 });
  await instance.end();
  const lines = instance.logs.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'WARN', message: 'added up', lostRecords: 3, records: 2 },
    { level: 'INFO', message: 'written', lostRecords: 0, records: 1 },
  ]);
});

test('a state that is lost before any window was written is read again from the trim horizon', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(4, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 2) });
  await shard.deliver({ records: records.slice(2), state: {}, ending: 'final' });
  expect(await shard.windows()).toEqual({ [pegasus(30)]: figures(4, 10, 1, 4) });
  expect(await shard.control(ledger)).toMatchObject({ Received: 4 });
});

test('several windows may have been lost, with what they set aside and with names that nobody knew', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = [
    await shard.stream.put(reading('Pegasus', 1), startMs),
    await shard.stream.put(reading('Pegasus', 2), startMs + 60_000),
    await shard.stream.put('spoiled', startMs + 70_000),
    await shard.stream.put(reading('Hoshi', 4), startMs + 120_000),
    await shard.stream.put(reading('Pegasus', 8), startMs + 180_000),
  ];
  await shard.deliver({ records: records.slice(0, 1), ending: 'final' });
  await shard.deliver({ records: records.slice(4), ending: 'final' });
  expect(await shard.windows()).toEqual({
    'Hoshi w60 2026-11-02T09:32:00Z 000000000000': figures(1, 4, 4, 4),
    [pegasus(30)]: figures(1, 1, 1, 1),
    [pegasus(31)]: figures(1, 2, 2, 2),
    [pegasus(33)]: figures(1, 8, 8, 8),
  });
  expect(Object.values(await shard.deployment.quarantine())).toMatchObject([{ reason: 'not-json' }]);
  expect(await shard.control(ledger)).toMatchObject({ Received: 5, Counted: 4, Quarantined: 1, Redelivered: 0 });
});

test('a state that cannot be read is lost', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(5, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 3) });
  const { version: _, ...older } = shard.states.get(shardId) as Record<string, unknown>;
  await shard.deliver({ records: records.slice(3), state: { ...older, version: 0 } });
  await shard.deliver({ ending: 'final' });
  expect(await shard.windows()).toEqual({ [pegasus(30)]: figures(5, 15, 1, 5) });
  expect(await shard.control(ledger)).toMatchObject({ Received: 5, Redelivered: 0 });
});

test('a final invocation without records and with a state that cannot be read writes what the stream holds', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(5, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 3) });
  stage.reset();
  await shard.deliver({ shardId, state: 'torn', ending: 'final' });
  // The second page says that it is the last for now.
  expect(stage.kinesis.calls).toEqual(['GetShardIterator', 'GetRecords', 'GetRecords']);
  // The stream cannot tell which records the state held. What comes after them is handed over once more.
  expect(await shard.windows()).toEqual({ [pegasus(30)]: figures(5, 15, 1, 5) });
  await shard.deliver({ records: records.slice(3), ending: 'final' });
  expect(await shard.windows()).toEqual({ [pegasus(30)]: figures(5, 15, 1, 5) });
  expect(await shard.control(ledger)).toMatchObject({ Received: 5, Counted: 5, Redelivered: 2 });
});

test('where nothing is lost nothing is written, and a checkpoint past the batch spares the look', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(4, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 2), ending: 'final' });
  stage.reset();
  await shard.deliver({ records: records.slice(2) });
  expect(stage.proxy.calls).toEqual(['GetItem']);
  expect(stage.kinesis.calls).toEqual(['GetShardIterator', 'GetRecords']);
  stage.reset();
  await shard.deliver({ records: records.slice(0, 2), state: {} });
  expect(stage.proxy.calls).toEqual(['GetItem']);
  expect(stage.kinesis.calls).toEqual([]);
});

test('an invocation that is stopped has written the pages before, and the next one goes on behind them', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(9, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 7) });
  stage.reset();
  let reads = 0;
  stage.kinesis.decide = ({ operation, input }) => {
    if (operation !== 'GetRecords') return 'pass';
    reads += 1;
    return reads === 3 ? { fault: 'AccessDeniedException' } : { input: { ...input, Limit: Math.min(2, reads) } };
  };
  await expect(shard.deliver({ records: records.slice(7), state: {} })).rejects.toThrow('AccessDeniedException');
  expect(await shard.control(checkpoint)).toMatchObject({ LastSequence: fenceOf(records[2]) });
  expect(await shard.windows()).toEqual({ [pegasus(30)]: figures(3, 6, 1, 3) });
  const after: unknown[] = [];
  stage.kinesis.decide = ({ operation, input }) => {
    if (operation === 'GetShardIterator') after.push(input.StartingSequenceNumber);
    return 'pass';
  };
  await shard.deliver({ records: records.slice(7), state: {} });
  expect(after).toEqual([records[2]?.sequenceNumber]);
  await shard.deliver({ ending: 'final' });
  expect(await shard.windows()).toEqual({ [pegasus(30)]: figures(9, 45, 1, 9) });
  expect(await shard.control(ledger)).toMatchObject({ Received: 9, Redelivered: 0 });
});

test('what has left the stream is lost, and the shard goes on', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(6, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 1), ending: 'final' });
  shard.stream.trimBefore(startMs + 3000);
  await shard.deliver({ records: records.slice(5), state: {}, ending: 'final' });
  expect(await shard.windows()).toEqual({ [pegasus(30)]: figures(4, 1 + 4 + 5 + 6, 1, 6) });
});

test('the checkpoint of a stream that was made anew under its name hides nothing', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(3, 'Pegasus', startMs);
  const earlier = String(BigInt(records[0]?.sequenceNumber ?? 0) - 10n ** 50n);
  await shard.deployment.putControl(checkpoint, {
    LastSequence: encodeSequence(earlier),
    ArrivalMs: startMs - 9000,
    PreviousArrivalMs: startMs - 9000,
    Received: 1,
  });
  await shard.deliver({ records: records.slice(2), ending: 'final' });
  expect(await shard.windows()).toEqual({ [pegasus(30)]: figures(3, 6, 1, 3) });
});
