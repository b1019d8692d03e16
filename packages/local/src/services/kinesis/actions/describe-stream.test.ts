import { describe, expect, it } from 'vitest';
import { fault, hourMs, testServer } from '../../../../test/kinesis-server.ts';

describe('DescribeStream', () => {
  it('shows 100 shards at most and goes on behind one', async () => {
    const { kinesis } = await testServer({ shardCount: 120 });
    const first = (await kinesis.invoke('DescribeStream', { StreamName: 'web', Limit: 10_000 })).StreamDescription;
    expect(first.Shards).toHaveLength(100);
    expect(first.HasMoreShards).toBe(true);
    const ExclusiveStartShardId = first.Shards.at(-1)?.ShardId;
    const rest = (await kinesis.invoke('DescribeStream', { StreamName: 'web', ExclusiveStartShardId }))
      .StreamDescription;
    expect(rest.Shards.map(({ ShardId }) => ShardId).at(0)).toBe('shardId-000000000100');
    expect(rest.Shards).toHaveLength(20);
    expect(rest.HasMoreShards).toBe(false);
  });

  it('leaves out closed shards whose records have all aged out', async () => {
    const { clock, kinesis } = await testServer();
    const shards = async () =>
      (await kinesis.invoke('DescribeStream', { StreamName: 'web' })).StreamDescription.Shards.length;
    await kinesis.invoke('SplitShard', {
      StreamName: 'web',
      ShardToSplit: 'shardId-000000000000',
      NewStartingHashKey: '1000',
    });
    clock.advance(24 * hourMs - 1);
    expect(await shards()).toBe(3);
    clock.advance(1);
    expect(await shards()).toBe(2);
  });

  it('takes a name, an ARN, or both where they agree', async () => {
    const { kinesis } = await testServer();
    const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/web';
    for (const reference of [{ StreamName: 'web' }, { StreamARN }, { StreamName: 'web', StreamARN }]) {
      const { StreamDescription } = await kinesis.invoke('DescribeStream', reference);
      expect(StreamDescription.StreamName).toBe('web');
    }
    const wrong = [
      [{}, fault('InvalidArgumentException', /Either StreamName or StreamARN/)],
      [{ StreamName: 'rides', StreamARN }, fault('InvalidArgumentException', /do not match/)],
      [{ StreamARN: 'arn:aws:sqs:us-east-1:000000000000:web' }, fault('ValidationException', /at 'streamARN'/)],
      [
        { StreamARN: 'arn:aws:kinesis:eu-west-1:000000000000:stream/web' },
        fault('ResourceNotFoundException', /eu-west-1/),
      ],
    ] as const;
    for (const [reference, expected] of wrong) {
      await expect(kinesis.invoke('DescribeStream', reference)).rejects.toMatchObject(expected);
    }
  });
});
