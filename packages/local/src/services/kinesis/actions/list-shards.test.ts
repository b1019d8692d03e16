import { describe, expect, it } from 'vitest';
import { fault, hourMs, startMs, testServer } from '../../../../test/kinesis-server.ts';
import type { KinesisServer } from '../server.ts';

/** Shard 0 for an hour, then 1 and 2, then (an hour later) 1 and, in place of 2, 3 and 4. */
async function resharded() {
  const { clock, kinesis } = await testServer();
  const split = (ShardToSplit: string, NewStartingHashKey: string) =>
    kinesis.invoke('SplitShard', { StreamName: 'web', ShardToSplit, NewStartingHashKey });
  clock.advance(hourMs);
  await split('shardId-000000000000', '1000');
  clock.advance(hourMs);
  await split('shardId-000000000002', '2000');
  clock.advance(hourMs);
  return { clock, kinesis };
}

type Filter = NonNullable<Parameters<typeof listed>[1]>;
async function listed(
  kinesis: KinesisServer,
  ShardFilter?: {
    readonly Type:
      | 'AFTER_SHARD_ID'
      | 'AT_TRIM_HORIZON'
      | 'FROM_TRIM_HORIZON'
      | 'AT_LATEST'
      | 'AT_TIMESTAMP'
      | 'FROM_TIMESTAMP';
    readonly ShardId?: string;
    readonly Timestamp?: Date;
  },
): Promise<number[]> {
  const { Shards } = await kinesis.invoke('ListShards', { StreamName: 'web', ShardFilter });
  return Shards.map(({ ShardId }) => Number(ShardId.slice(-1)));
}

describe('ListShards', () => {
  it.each([
    [undefined, [0, 1, 2, 3, 4]],
    [{ Type: 'FROM_TRIM_HORIZON' }, [0, 1, 2, 3, 4]],
    [{ Type: 'AT_TRIM_HORIZON' }, [0]],
    [{ Type: 'AT_LATEST' }, [1, 3, 4]],
    [{ Type: 'AFTER_SHARD_ID', ShardId: 'shardId-000000000001' }, [2, 3, 4]],
    [{ Type: 'AT_TIMESTAMP', Timestamp: new Date(startMs + hourMs / 2) }, [0]],
    [{ Type: 'AT_TIMESTAMP', Timestamp: new Date(startMs + 1.5 * hourMs) }, [1, 2]],
    [{ Type: 'FROM_TIMESTAMP', Timestamp: new Date(startMs + 1.5 * hourMs) }, [1, 2, 3, 4]],
    [{ Type: 'FROM_TIMESTAMP', Timestamp: new Date(0) }, [0, 1, 2, 3, 4]],
  ] as [Filter | undefined, number[]][])('filters by %j', async (filter, indexes) => {
    const { kinesis } = await resharded();
    expect(await listed(kinesis, filter)).toEqual(indexes);
  });

  it('follows the horizon', async () => {
    const { clock, kinesis } = await resharded();
    // Now the horizon lies between the two splits.
    clock.set(startMs + 25.5 * hourMs);
    expect(await listed(kinesis, { Type: 'AT_TRIM_HORIZON' })).toEqual([1, 2]);
    expect(await listed(kinesis)).toEqual([1, 2, 3, 4]);
  });

  it('shows parents and the numbers at which a shard begins and ends', async () => {
    const { kinesis } = await resharded();
    const { Shards } = await kinesis.invoke('ListShards', { StreamName: 'web' });
    const [root, low, high] = Shards;
    expect(root).not.toHaveProperty('ParentShardId');
    expect(high).toMatchObject({ ParentShardId: 'shardId-000000000000' });
    expect(low?.SequenceNumberRange).not.toHaveProperty('EndingSequenceNumber');
    const { StartingSequenceNumber: start = '', EndingSequenceNumber: end = '' } = root?.SequenceNumberRange ?? {};
    expect(end > start).toBe(true);
    expect((low?.SequenceNumberRange.StartingSequenceNumber ?? '') > end).toBe(true);
  });

  it('pages, the filter in the token', async () => {
    const { clock, kinesis } = await resharded();
    const first = await kinesis.invoke('ListShards', {
      StreamName: 'web',
      MaxResults: 2,
      ShardFilter: { Type: 'AT_LATEST' },
    });
    expect(first.Shards.map(({ ShardId }) => ShardId)).toEqual(['shardId-000000000001', 'shardId-000000000003']);
    const { NextToken } = first;
    const second = await kinesis.invoke('ListShards', { NextToken });
    expect(second.Shards.map(({ ShardId }) => ShardId)).toEqual(['shardId-000000000004']);
    expect(second).not.toHaveProperty('NextToken');
    await expect(kinesis.invoke('ListShards', { StreamName: 'web', NextToken })).rejects.toMatchObject(
      fault('InvalidArgumentException', /together/),
    );
    await expect(kinesis.invoke('ListShards', { NextToken: 'x' })).rejects.toMatchObject(
      fault('InvalidArgumentException', /Invalid NextToken/),
    );
    clock.advance(300_001);
    await expect(kinesis.invoke('ListShards', { NextToken })).rejects.toMatchObject(fault('ExpiredNextTokenException'));
  });

  it('goes on behind a shard', async () => {
    const { kinesis } = await resharded();
    const input = { StreamName: 'web', ExclusiveStartShardId: 'shardId-000000000003' };
    expect((await kinesis.invoke('ListShards', input)).Shards).toHaveLength(1);
  });

  it('tells a stream from an earlier one of its name', async () => {
    const { kinesis } = await testServer();
    const at = (ms: number) =>
      kinesis.invoke('ListShards', { StreamName: 'web', StreamCreationTimestamp: new Date(ms) });
    expect((await at(startMs)).Shards).toHaveLength(1);
    await expect(at(startMs - 5_000)).rejects.toMatchObject(fault('ResourceNotFoundException'));
  });

  it.each([
    { Type: 'AFTER_SHARD_ID' },
    { Type: 'AT_TIMESTAMP' },
    { Type: 'AT_LATEST', ShardId: 'shardId-000000000000' },
  ] as Filter[])('refuses the filter %j', async (filter) => {
    const { kinesis } = await testServer();
    await expect(listed(kinesis, filter)).rejects.toMatchObject(fault('InvalidArgumentException', /ShardFilter/));
  });
});
