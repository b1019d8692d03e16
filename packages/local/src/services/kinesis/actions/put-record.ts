import { defineAction } from '../action.ts';
import { KinesisFault } from '../fault.ts';
import { notServed, required, structure } from '../input.ts';
import { hashKeyDecimal, partitionKey, recordKiBMax, sequenceNumber, streamReference } from '../members.ts';
import { placeRecord, rateExceeded } from '../placement.ts';
import { parseSequence } from '../sequence.ts';
import { blob } from '../values.ts';

export const putRecord = defineAction({
  input: structure({
    ...streamReference,
    Data: required(blob({ max: recordKiBMax * 1024 })),
    PartitionKey: partitionKey,
    ExplicitHashKey: hashKeyDecimal,
    SequenceNumberForOrdering: sequenceNumber,
    DryRun: notServed(),
  }),
  run(streams, { SequenceNumberForOrdering: after, ...input }) {
    const stream = streams.find(input);
    // Numbers always grow here; only a number that was never given is an error.
    if (after !== undefined && parseSequence(after) === undefined) {
      throw new KinesisFault(
        'InvalidArgumentException',
        `ExclusiveMinimumSequenceNumber ${after} used in PutRecord on stream ${stream.name} under account ${streams.accountId} is invalid.`,
      );
    }
    const nowMs = streams.clock.now();
    const { shard, bytes } = placeRecord(stream, input);
    if (streams.enforceShardLimits && !stream.throughput.take(shard.index, bytes, nowMs)) {
      streams.metrics?.put(stream.name, { records: 0, bytes: 0, refused: 1 });
      throw new KinesisFault('ProvisionedThroughputExceededException', rateExceeded(streams, stream, shard));
    }
    const record = shard.append(input.PartitionKey, input.Data, nowMs);
    streams.appended(stream, [{ shard, record }]);
    streams.metrics?.put(stream.name, { records: 1, bytes, refused: 0 });
    return {
      ShardId: shard.id,
      SequenceNumber: record.sequenceNumber,
      ...(stream.keyId !== undefined && { EncryptionType: stream.encryptionType }),
    };
  },
});
