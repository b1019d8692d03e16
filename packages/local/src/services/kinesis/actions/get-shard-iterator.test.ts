import { beforeEach, describe, expect, it } from 'vitest';
import { fault, put, read, startMs, testServer, textsOf } from '../../../../test/kinesis-server.ts';
import type { KinesisServer } from '../server.ts';

describe('GetShardIterator', () => {
  let kinesis: KinesisServer;
  let numbers: string[];

  /** Three records, one second apart. */
  beforeEach(async () => {
    const server = await testServer();
    kinesis = server.kinesis;
    numbers = [];
    for (const text of ['1', '2', '3']) {
      numbers.push((await put(kinesis, text)).SequenceNumber);
      server.clock.advance(1_000);
    }
  });

  it('starts at the horizon or behind the newest', async () => {
    expect(textsOf(await read(kinesis, { ShardIteratorType: 'TRIM_HORIZON' }))).toEqual(['1', '2', '3']);
    expect(textsOf(await read(kinesis, { ShardIteratorType: 'LATEST' }))).toEqual([]);
  });

  it('starts at and after a number', async () => {
    const [, StartingSequenceNumber = ''] = numbers;
    const at = await read(kinesis, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber });
    expect(textsOf(at)).toEqual(['2', '3']);
    const after = await read(kinesis, { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber });
    expect(textsOf(after)).toEqual(['3']);
  });

  it("starts at the shard's own first number and behind its last", async () => {
    const shard = 'shardId-000000000000';
    await kinesis.invoke('SplitShard', { StreamName: 'web', ShardToSplit: shard, NewStartingHashKey: '1000' });
    const { Shards } = await kinesis.invoke('ListShards', { StreamName: 'web' });
    const range = Shards[0]?.SequenceNumberRange;
    const from = (StartingSequenceNumber = '') =>
      read(kinesis, { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber });
    expect(textsOf(await from(range?.StartingSequenceNumber))).toEqual(['1', '2', '3']);
    expect(textsOf(await from(range?.EndingSequenceNumber))).toEqual([]);
  });

  it.each([
    [-10_000, ['1', '2', '3']],
    [0, ['1', '2', '3']],
    [1, ['2', '3']],
    [1_000, ['2', '3']],
    [2_001, []],
  ])('starts at the first record at or after a time (%i ms)', async (offsetMs, texts) => {
    const Timestamp = new Date(startMs + offsetMs);
    expect(textsOf(await read(kinesis, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp }))).toEqual(texts);
  });

  it.each([
    ['a time without its type', { ShardIteratorType: 'AT_TIMESTAMP' }, /no timestamp parameter/],
    [
      'a time ahead of the clock',
      { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(startMs + 3_001) },
      /cannot be greater than the currentTimestampInMillis/,
    ],
    ['a number missing', { ShardIteratorType: 'AT_SEQUENCE_NUMBER' }, /and no StartingSequenceNumber/],
    ['a number too much', { ShardIteratorType: 'LATEST', StartingSequenceNumber: '0' }, /and also a Starting/],
    ['no number of ours', { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: '5' }, /is invalid\.$/],
  ] as const)('refuses %s', async (_what, place, message) => {
    await expect(read(kinesis, place)).rejects.toMatchObject(fault('InvalidArgumentException', message));
  });

  it("refuses another shard's number", async () => {
    const other = await testServer({ shardCount: 2 });
    const { SequenceNumber } = await other.kinesis.invoke('PutRecord', {
      StreamName: 'web',
      Data: Buffer.from('x'),
      PartitionKey: 'a',
      ExplicitHashKey: '340282366920938463463374607431768211455',
    });
    const place = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: SequenceNumber } as const;
    await expect(read(other.kinesis, place)).rejects.toMatchObject(
      fault('InvalidArgumentException', /did not come from this shard/),
    );
  });

  it('refuses a shard that the stream does not have', async () => {
    await expect(read(kinesis, { ShardId: 'shardId-000000000009', ShardIteratorType: 'LATEST' })).rejects.toMatchObject(
      fault('ResourceNotFoundException', /shardId-000000000009/),
    );
  });
});
