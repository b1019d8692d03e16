import { defineAction } from '../action.ts';
import { structure } from '../input.ts';
import { shardId, streamReference } from '../members.ts';
import { integer } from '../values.ts';

const shardsMax = 100;

export const describeStream = defineAction({
  input: structure({ ...streamReference, Limit: integer({ min: 1, max: 10_000 }), ExclusiveStartShardId: shardId }),
  run(streams, { Limit = shardsMax, ExclusiveStartShardId: after = '', ...reference }) {
    const stream = streams.find(reference);
    const shards = stream.listedShards(streams.clock.now()).filter(({ id }) => id > after);
    const shown = shards.slice(0, Math.min(Limit, shardsMax));
    return {
      StreamDescription: {
        StreamName: stream.name,
        StreamARN: stream.arn,
        StreamStatus: 'ACTIVE' as const,
        StreamModeDetails: { StreamMode: stream.mode },
        Shards: shown.map((shard) => shard.show()),
        HasMoreShards: shown.length < shards.length,
        RetentionPeriodHours: stream.retentionHours,
        StreamCreationTimestamp: new Date(stream.createdMs),
        EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
        EncryptionType: stream.encryptionType,
        ...(stream.keyId !== undefined && { KeyId: stream.keyId }),
      },
    };
  },
});
