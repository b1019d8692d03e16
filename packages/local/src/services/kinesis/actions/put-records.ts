import { defineAction } from '../action.ts';
import { KinesisFault } from '../fault.ts';
import { list, notServed, required, structure } from '../input.ts';
import { hashKeyDecimal, partitionKey, recordKiBMax, streamReference } from '../members.ts';
import { type Placement, placeRecord, type RecordInput, rateExceeded } from '../placement.ts';
import type { Shard, StoredRecord } from '../shard.ts';
import { blob } from '../values.ts';

const recordsMax = 500;
/** Payloads and partition keys of one request; 5 MiB until October 2025. */
const requestBytesMax = 10 * 1024 * 1024;

const entry = structure({
  Data: required(blob({ max: recordKiBMax * 1024 })),
  PartitionKey: partitionKey,
  ExplicitHashKey: hashKeyDecimal,
});

export interface PutRecordsResult {
  readonly SequenceNumber?: string;
  readonly ShardId?: string;
  readonly ErrorCode?: string;
  readonly ErrorMessage?: string;
}

/** Records of one shard keep the request's order. A record that its shard is too busy for fails alone. */
export const putRecords = defineAction({
  input: structure({
    ...streamReference,
    Records: required(list(entry, { min: 1, max: recordsMax })),
    DryRun: notServed(),
  }),
  run(streams, { Records, ...reference }) {
    const stream = streams.find(reference);
    // All are placed before any is put: a request with one bad record puts nothing.
    const placed = Records.map((record) => ({ record, placement: placeRecord(stream, record) }));
    refuseLarge(placed);
    const nowMs = streams.clock.now();
    const appended: { shard: Shard; record: StoredRecord }[] = [];
    let bytesTaken = 0;
    const results = placed.map(({ record, placement: { shard, bytes } }): PutRecordsResult => {
      if (streams.enforceShardLimits && !stream.throughput.take(shard.index, bytes, nowMs)) {
        return {
          ErrorCode: 'ProvisionedThroughputExceededException',
          ErrorMessage: rateExceeded(streams, stream, shard),
        };
      }
      const stored = shard.append(record.PartitionKey, record.Data, nowMs);
      appended.push({ shard, record: stored });
      bytesTaken += bytes;
      return { SequenceNumber: stored.sequenceNumber, ShardId: shard.id };
    });
    streams.appended(stream, appended);
    const refused = results.length - appended.length;
    streams.metrics?.put(stream.name, { records: appended.length, bytes: bytesTaken, refused });
    return {
      FailedRecordCount: refused,
      Records: results,
      ...(stream.keyId !== undefined && { EncryptionType: stream.encryptionType }),
    };
  },
});

function refuseLarge(placed: readonly { readonly record: RecordInput; readonly placement: Placement }[]): void {
  const bytes = placed.reduce((sum, { placement }) => sum + placement.bytes, 0);
  if (bytes > requestBytesMax) {
    throw new KinesisFault('InvalidArgumentException', 'Records size exceeds 10 MB limit');
  }
}
