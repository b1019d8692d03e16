import { describe, expect, it } from 'vitest';
import { fault, testServer } from '../../../../test/kinesis-server.ts';
import { uniformRanges } from '../hash-key.ts';

describe('UpdateShardCount', () => {
  it.each([
    [2, 4],
    [4, 2],
    [2, 3],
    [3, 2],
    [5, 7],
    [7, 4],
    [3, 3],
  ])('leaves %i shards as %i of one width', async (before, TargetShardCount) => {
    const { kinesis } = await testServer({ shardCount: before });
    const answer = await kinesis.invoke('UpdateShardCount', {
      StreamName: 'web',
      TargetShardCount,
      ScalingType: 'UNIFORM_SCALING',
    });
    expect(answer).toMatchObject({ CurrentShardCount: before, TargetShardCount });
    const { Shards } = await kinesis.invoke('ListShards', { StreamName: 'web', ShardFilter: { Type: 'AT_LATEST' } });
    const starts = Shards.map(({ HashKeyRange }) => BigInt(HashKeyRange.StartingHashKey)).sort((a, b) =>
      a < b ? -1 : 1,
    );
    expect(starts).toEqual(uniformRanges(TargetShardCount).map(({ start }) => BigInt(`0x${start}`)));
  });

  it.each([5, 1])('refuses %i from two', async (TargetShardCount) => {
    const { kinesis } = await testServer({ shardCount: TargetShardCount === 1 ? 3 : 2 });
    await expect(
      kinesis.invoke('UpdateShardCount', { StreamName: 'web', TargetShardCount, ScalingType: 'UNIFORM_SCALING' }),
    ).rejects.toMatchObject(fault('LimitExceededException', /cannot scale/));
  });
});
