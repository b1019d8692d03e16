import { defineAction } from '../action.ts';
import { structure } from '../input.ts';
import { streamReference } from '../members.ts';

export const describeStreamSummary = defineAction({
  input: structure(streamReference),
  run(streams, reference) {
    const stream = streams.find(reference);
    return {
      StreamDescriptionSummary: {
        StreamName: stream.name,
        StreamARN: stream.arn,
        StreamStatus: 'ACTIVE' as const,
        StreamModeDetails: { StreamMode: stream.mode },
        RetentionPeriodHours: stream.retentionHours,
        StreamCreationTimestamp: new Date(stream.createdMs),
        EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
        EncryptionType: stream.encryptionType,
        ...(stream.keyId !== undefined && { KeyId: stream.keyId }),
        OpenShardCount: stream.openShards().length,
        ConsumerCount: 0,
        MaxRecordSizeInKiB: stream.recordKiBMax,
        ...(stream.mode === 'ON_DEMAND' && { RecordDistributionStrategy: 'USER_PARTITION_KEY' as const }),
      },
    };
  },
});
