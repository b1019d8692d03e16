import { describe, expect, it } from 'vitest';
import { fault, put, testServer } from '../../../../test/kinesis-server.ts';

const [first, second, third] = ['shardId-000000000000', 'shardId-000000000001', 'shardId-000000000002'] as const;

describe('MergeShards', () => {
  it('closes two shards and opens one with both as parents', async () => {
    const { kinesis } = await testServer({ shardCount: 2 });
    const before = await put(kinesis, 'before');
    await kinesis.invoke('MergeShards', { StreamName: 'web', ShardToMerge: first, AdjacentShardToMerge: second });
    const { Shards } = await kinesis.invoke('ListShards', { StreamName: 'web' });
    expect(Shards[2]).toMatchObject({
      ShardId: third,
      ParentShardId: first,
      AdjacentParentShardId: second,
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: '340282366920938463463374607431768211455' },
    });
    for (const parent of Shards.slice(0, 2)) expect(parent.SequenceNumberRange).toHaveProperty('EndingSequenceNumber');
    const after = await put(kinesis, 'after');
    expect(after.ShardId).toBe(third);
    expect(after.SequenceNumber > before.SequenceNumber).toBe(true);
  });

  it.each([
    ['shards that are not neighbours', first, third],
    ['neighbours the other way round', second, first],
    ['a shard with itself', first, first],
  ])('refuses %s', async (_what, ShardToMerge, AdjacentShardToMerge) => {
    const { kinesis } = await testServer({ shardCount: 3 });
    await expect(
      kinesis.invoke('MergeShards', { StreamName: 'web', ShardToMerge, AdjacentShardToMerge }),
    ).rejects.toMatchObject(fault('InvalidArgumentException', /not an adjacent pair/));
  });

  it('refuses a closed shard', async () => {
    const { kinesis } = await testServer({ shardCount: 2 });
    const input = { StreamName: 'web', ShardToMerge: first, AdjacentShardToMerge: second };
    await kinesis.invoke('MergeShards', input);
    await expect(kinesis.invoke('MergeShards', input)).rejects.toMatchObject(
      fault('InvalidArgumentException', /already been merged or split/),
    );
  });
});
