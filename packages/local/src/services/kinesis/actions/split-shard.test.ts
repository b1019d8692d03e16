import { describe, expect, it } from 'vitest';
import { fault, put, testServer } from '../../../../test/kinesis-server.ts';

const first = 'shardId-000000000000';
const half = '170141183460469231731687303715884105728';

describe('SplitShard', () => {
  it('closes the shard and opens two, whose numbers lie above all of its', async () => {
    const { kinesis } = await testServer();
    const { SequenceNumber } = await put(kinesis, 'before');
    await kinesis.invoke('SplitShard', { StreamName: 'web', ShardToSplit: first, NewStartingHashKey: half });
    const { Shards } = await kinesis.invoke('ListShards', { StreamName: 'web' });
    expect(Shards.map(({ HashKeyRange }) => HashKeyRange)).toEqual([
      { StartingHashKey: '0', EndingHashKey: '340282366920938463463374607431768211455' },
      { StartingHashKey: '0', EndingHashKey: '170141183460469231731687303715884105727' },
      { StartingHashKey: half, EndingHashKey: '340282366920938463463374607431768211455' },
    ]);
    expect((Shards[0]?.SequenceNumberRange.EndingSequenceNumber ?? '') > SequenceNumber).toBe(true);
    const after = await put(kinesis, 'after');
    expect(after.ShardId).not.toBe(first);
    expect(after.SequenceNumber > (Shards[0]?.SequenceNumberRange.EndingSequenceNumber ?? '')).toBe(true);
  });

  it('gives growing numbers over generations made in one moment', async () => {
    const { clock, kinesis } = await testServer();
    const numbers: string[] = [];
    const putLow = async () => {
      const input = { StreamName: 'web', Data: Buffer.from('x'), PartitionKey: 'a', ExplicitHashKey: '0' };
      const { ShardId, SequenceNumber } = await kinesis.invoke('PutRecord', input);
      numbers.push(SequenceNumber);
      return ShardId;
    };
    for (let generation = 20; generation > 10; generation -= 1) {
      const ShardToSplit = await putLow();
      await kinesis.invoke('SplitShard', {
        StreamName: 'web',
        ShardToSplit,
        NewStartingHashKey: String(2 ** generation),
      });
      clock.set(clock.now() - 5_000);
    }
    await putLow();
    expect(numbers).toEqual([...numbers].sort());
    expect(new Set(numbers).size).toBe(11);
  });

  it.each([
    ['a key outside the shard', half, /is not both greater than one plus/],
    ['a key that leaves one half a single key', '1', /is not both greater than one plus/],
    ['a key beyond all', '999999999999999999999999999999999999999', /is not both greater than one plus/],
  ])('refuses %s', async (_what, NewStartingHashKey, message) => {
    const { kinesis } = await testServer({ shardCount: 2 });
    await expect(
      kinesis.invoke('SplitShard', { StreamName: 'web', ShardToSplit: first, NewStartingHashKey }),
    ).rejects.toMatchObject(fault('InvalidArgumentException', message));
  });

  it('refuses a shard that is closed, unknown, above the limit or not of its own kind', async () => {
    const { kinesis } = await testServer({ shardCountMax: 2 });
    const split = (ShardToSplit: string, StreamName = 'web') =>
      kinesis.invoke('SplitShard', { StreamName, ShardToSplit, NewStartingHashKey: '1000' });
    await split(first);
    await expect(split(first)).rejects.toMatchObject(fault('InvalidArgumentException', /already been merged or split/));
    await expect(split('shardId-000000000001')).rejects.toMatchObject(fault('LimitExceededException'));
    await expect(split('shardId-000000000009')).rejects.toMatchObject(fault('ResourceNotFoundException'));
    await kinesis.invoke('CreateStream', { StreamName: 'rides', StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    await expect(split(first, 'rides')).rejects.toMatchObject(fault('ValidationException', /On-Demand mode/));
  });
});
