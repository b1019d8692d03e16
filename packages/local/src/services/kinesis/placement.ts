import { KinesisFault } from './fault.ts';
import { type HashKey, hashKeyOf, parseHashKey } from './hash-key.ts';
import type { Shard } from './shard.ts';
import type { Stream } from './stream.ts';
import type { Streams } from './streams.ts';

/** A record on its way into a stream. */
export interface RecordInput {
  readonly Data: Buffer;
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string | undefined;
}

export interface Placement {
  readonly shard: Shard;
  /** Payload and partition key, which count together towards every limit. */
  readonly bytes: number;
}

/** Where a record goes. Throws `InvalidArgumentException` for a record that the stream cannot take. */
export function placeRecord(stream: Stream, record: RecordInput): Placement {
  const bytes = record.Data.length + Buffer.byteLength(record.PartitionKey);
  if (bytes > stream.recordKiBMax * 1024) {
    throw new KinesisFault(
      'InvalidArgumentException',
      `A record of stream ${stream.name} has at most ${stream.recordKiBMax * 1024} bytes with its partition key, not ${bytes}.`,
    );
  }
  return { shard: stream.shardFor(hashKeyFor(record)), bytes };
}

/** The message of a record that a shard is too busy for. */
export function rateExceeded(streams: Streams, stream: Stream, shard: Shard): string {
  return `Rate exceeded for shard ${shard.id} in stream ${stream.name} under account ${streams.accountId}.`;
}

function hashKeyFor({ PartitionKey, ExplicitHashKey }: RecordInput): HashKey {
  if (ExplicitHashKey === undefined) return hashKeyOf(PartitionKey);
  const key = parseHashKey(ExplicitHashKey);
  if (key === undefined) {
    throw new KinesisFault(
      'InvalidArgumentException',
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
    );
  }
  return key;
}
