import { describe, expect, it } from 'vitest';
import { fault, startMs, testServer } from '../../../../test/kinesis-server.ts';

describe('CreateStream', () => {
  it('divides the key space among the shards', async () => {
    const { kinesis } = await testServer({ shardCount: 3 });
    const { StreamDescription } = await kinesis.invoke('DescribeStream', { StreamName: 'web' });
    expect(StreamDescription).toEqual({
      StreamName: 'web',
      StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/web',
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      Shards: [
        ['shardId-000000000000', '0', '113427455640312821154458202477256070484'],
        ['shardId-000000000001', '113427455640312821154458202477256070485', '226854911280625642308916404954512140969'],
        ['shardId-000000000002', '226854911280625642308916404954512140970', '340282366920938463463374607431768211455'],
      ].map(([ShardId, StartingHashKey, EndingHashKey]) => ({
        ShardId,
        HashKeyRange: { StartingHashKey, EndingHashKey },
        SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^\d{56}$/) },
      })),
      HasMoreShards: false,
      RetentionPeriodHours: 24,
      StreamCreationTimestamp: new Date(startMs),
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: 'NONE',
    });
  });

  it('gives an on-demand stream four shards', async () => {
    const { kinesis } = await testServer();
    await kinesis.invoke('CreateStream', { StreamName: 'rides', StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    const { StreamDescriptionSummary } = await kinesis.invoke('DescribeStreamSummary', { StreamName: 'rides' });
    expect(StreamDescriptionSummary).toMatchObject({
      OpenShardCount: 4,
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      RecordDistributionStrategy: 'USER_PARTITION_KEY',
    });
  });

  it('takes tags and a record size', async () => {
    const { kinesis } = await testServer();
    const StreamName = 'tagged';
    await kinesis.invoke('CreateStream', { StreamName, ShardCount: 1, Tags: { a: '1' }, MaxRecordSizeInKiB: 2_048 });
    expect((await kinesis.invoke('ListTagsForStream', { StreamName })).Tags).toEqual([{ Key: 'a', Value: '1' }]);
    const { StreamDescriptionSummary } = await kinesis.invoke('DescribeStreamSummary', { StreamName });
    expect(StreamDescriptionSummary.MaxRecordSizeInKiB).toBe(2_048);
  });

  it.each([
    ['a name twice', { StreamName: 'web', ShardCount: 1 }, 'ResourceInUseException', /already exists/],
    ['no shard count', { StreamName: 'x' }, 'ValidationException', /ShardCount is required/],
    [
      'a shard count on demand',
      { StreamName: 'x', ShardCount: 1, StreamModeDetails: { StreamMode: 'ON_DEMAND' } },
      'ValidationException',
      /ShardCount is not expected/,
    ],
    ['too many shards', { StreamName: 'x', ShardCount: 500 }, 'LimitExceededException', /Limit: 500/],
    ['no shards', { StreamName: 'x', ShardCount: 0 }, 'ValidationException', /at 'shardCount'/],
    [
      'records spread by AWS',
      { StreamName: 'x', StreamModeDetails: { StreamMode: 'ON_DEMAND' }, RecordDistributionStrategy: 'AUTO' },
      'ValidationException',
      /at 'recordDistributionStrategy'.*\[USER_PARTITION_KEY\]/,
    ],
    [
      'warm throughput',
      { StreamName: 'x', StreamModeDetails: { StreamMode: 'ON_DEMAND' }, WarmThroughputMiBps: 10 },
      'ValidationException',
      /'warmThroughputMiBps' is not served/,
    ],
  ] as const)('refuses %s', async (_what, input, type, message) => {
    const { kinesis } = await testServer();
    await expect(kinesis.invoke('CreateStream', input as never)).rejects.toMatchObject(fault(type, message));
  });
});
