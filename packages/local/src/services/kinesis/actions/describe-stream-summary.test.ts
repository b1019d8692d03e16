import { expect, it } from 'vitest';
import { startMs, testServer } from '../../../../test/kinesis-server.ts';

it('DescribeStreamSummary counts the open shards', async () => {
  const { kinesis } = await testServer({ shardCount: 2 });
  await kinesis.invoke('SplitShard', {
    StreamName: 'web',
    ShardToSplit: 'shardId-000000000000',
    NewStartingHashKey: '1000',
  });
  expect(await kinesis.invoke('DescribeStreamSummary', { StreamName: 'web' })).toEqual({
    StreamDescriptionSummary: {
      StreamName: 'web',
      StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/web',
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      RetentionPeriodHours: 24,
      StreamCreationTimestamp: new Date(startMs),
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: 'NONE',
      OpenShardCount: 3,
      ConsumerCount: 0,
      MaxRecordSizeInKiB: 1_024,
    },
  });
});
