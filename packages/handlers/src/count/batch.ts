import type { ShardBatch, StreamRecord } from '@tidemark/core/count/record';
import type { KinesisStreamRecord } from 'aws-lambda';

/** What tells the shard of a record. */
type IdentifiedRecord = Pick<KinesisStreamRecord, 'eventID' | 'kinesis'>;

/**
 * The records of an event, a batch for each shard, in the stream's order. An event source mapping with factor 1 sends
 * one shard an invocation. Throws an Error when an event id does not tell the shard.
 */
export function batchesOf(event: { readonly Records: readonly IdentifiedRecord[] }): ShardBatch[] {
  const byShard = new Map<string, StreamRecord[]>();
  for (const record of event.Records) {
    const shardId = shardOf(record);
    const records = byShard.get(shardId);
    if (records) records.push(streamRecord(record));
    else byShard.set(shardId, [streamRecord(record)]);
  }
  return [...byShard].map(([shardId, records]) => ({ shardId, records }));
}

/** `shardId-000000000003:49590…` -> `shardId-000000000003`. */
export function shardOf(record: IdentifiedRecord): string {
  const [shardId, sequenceNumber] = record.eventID.split(':');
  if (!shardId || sequenceNumber !== record.kinesis.sequenceNumber) {
    throw new Error(`eventID: ${JSON.stringify(record.eventID)} is not <shardId>:<sequence number>`);
  }
  return shardId;
}

export function streamRecord({ kinesis }: Pick<KinesisStreamRecord, 'kinesis'>): StreamRecord {
  return {
    sequenceNumber: kinesis.sequenceNumber,
    data: kinesis.data,
    partitionKey: kinesis.partitionKey,
    arrivalMs: Math.round(kinesis.approximateArrivalTimestamp * 1000),
  };
}
