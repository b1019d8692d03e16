import { defineAction } from '../action.ts';
import { KinesisFault } from '../fault.ts';
import { notServed, required, structure } from '../input.ts';
import { formatIterator, parseIterator } from '../iterator.ts';
import { streamArn } from '../members.ts';
import type { HashKeyRangeOutput, Shard, StoredRecord } from '../shard.ts';
import type { Stream } from '../stream.ts';
import { integer, text } from '../values.ts';

const recordsMax = 10_000;
const bytesMax = 10 * 1024 * 1024;

export interface GetRecordsOutput {
  readonly Records: readonly RecordOutput[];
  readonly MillisBehindLatest: number;
  /** Absent when the shard is closed and read to its end. */
  readonly NextShardIterator?: string;
  /** Present when `NextShardIterator` is not. */
  readonly ChildShards?: readonly ChildShard[];
}

export interface RecordOutput {
  readonly SequenceNumber: string;
  readonly ApproximateArrivalTimestamp: Date;
  /** To be read only: these are the stream's own bytes. */
  readonly Data: Buffer;
  readonly PartitionKey: string;
  readonly EncryptionType?: 'KMS' | 'NONE';
}

export interface ChildShard {
  readonly ShardId: string;
  readonly ParentShards: readonly string[];
  readonly HashKeyRange: HashKeyRangeOutput;
}

export const getRecords = defineAction({
  input: structure({
    ShardIterator: required(text({ min: 1, max: 512 })),
    Limit: integer({ min: 1, max: recordsMax }),
    StreamARN: streamArn,
    DryRun: notServed(),
  }),
  run(streams, { ShardIterator, Limit = recordsMax, StreamARN }): GetRecordsOutput {
    const nowMs = streams.clock.now();
    const position = parseIterator(ShardIterator, nowMs);
    const stream = streams.find({ StreamName: position.streamName, StreamARN });
    const shard = stream.listedShards(nowMs).find(({ index }) => index === position.shardIndex);
    if (shard === undefined) {
      throw new KinesisFault(
        'ResourceNotFoundException',
        `Shard ${position.shardIndex} in stream ${stream.name} under account ${streams.accountId} does not exist`,
      );
    }
    if (streams.enforceShardLimits && !stream.readThroughput.begin(shard.index, nowMs)) {
      throw new KinesisFault(
        'ProvisionedThroughputExceededException',
        `Rate exceeded for shard ${shard.id} in stream ${stream.name} under account ${streams.accountId}.`,
      );
    }
    // An iterator of an earlier stream of this name points below everything here, as its numbers do on AWS.
    const counter = position.streamCreatedMs === stream.createdMs ? position.counter : 0;
    const records = take(shard, counter, Limit);
    const bytes = records.reduce((sum, { data, partitionKey }) => sum + data.length + partitionKey.length, 0);
    if (streams.enforceShardLimits) stream.readThroughput.gave(shard.index, bytes);
    const last = records.at(-1);
    const next = { ...position, streamCreatedMs: stream.createdMs, counter: last ? last.counter + 1 : counter };
    const more = shard.hasFrom(next.counter);
    return {
      Records: records.map((record) => show(stream, record)),
      MillisBehindLatest: more && last !== undefined ? Math.max(0, nowMs - last.arrivalMs) : 0,
      // The answer that holds a closed shard's last records is also the one that ends it.
      ...(more || shard.isOpen
        ? { NextShardIterator: formatIterator(next, nowMs) }
        : { ChildShards: showChildren(stream, shard) }),
    };
  },
});

/** At least one record where there is one, however large. */
function take(shard: Shard, counter: number, limit: number): StoredRecord[] {
  const records: StoredRecord[] = [];
  let bytes = 0;
  for (const record of shard.from(counter)) {
    bytes += record.data.length;
    if (records.length > 0 && bytes > bytesMax) break;
    records.push(record);
    if (records.length === limit) break;
  }
  return records;
}

function show(stream: Stream, { sequenceNumber, arrivalMs, data, partitionKey }: StoredRecord): RecordOutput {
  return {
    SequenceNumber: sequenceNumber,
    ApproximateArrivalTimestamp: new Date(arrivalMs),
    Data: data,
    PartitionKey: partitionKey,
    ...(stream.keyId !== undefined && { EncryptionType: stream.encryptionType }),
  };
}

function showChildren(stream: Stream, shard: Shard): ChildShard[] {
  return stream.childrenOf(shard).map((child) => ({
    ShardId: child.id,
    ParentShards: stream.parentsOf(child).map(({ id }) => id),
    HashKeyRange: child.showRange(),
  }));
}
