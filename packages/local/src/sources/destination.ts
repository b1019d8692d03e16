import { randomUUID } from 'node:crypto';
import type { AwsRequest, AwsResponse } from '../gateway/service.ts';
import { eventJson } from './batch.ts';
import { sendToDestination } from './send-to-destination.ts';
import type { SourceRecord, StreamSource } from './source.ts';

/** Records that were given up, and why. */
export interface Discard {
  /** Of the mapping or pipe. */
  readonly consumerId: string;
  /** What the message says of who gave up. */
  readonly context: object;
  readonly region: string;
  readonly source: Pick<StreamSource, 'kind' | 'arn'>;
  readonly shardId: string;
  readonly records: readonly SourceRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly invocations: number;
  /** Engine time. */
  readonly nowMs: number;
}

/** Performs an AWS call inside the engine. */
export type Dispatch = (request: AwsRequest) => Promise<AwsResponse>;

/**
 * Sends what Lambda and Pipes send to an on-failure destination: to S3 an object with the whole event, to SQS and SNS the shard
 * and its range of sequence numbers. Throws when the destination did not take it.
 */
export async function sendDiscard(discard: Discard, destinationArn: string, dispatch: Dispatch): Promise<void> {
  const metadata = discardMetadata(discard);
  const text = JSON.stringify({ ...metadata, payload: eventJson(discard.records) });
  const content = { message: JSON.stringify(metadata), object: { key: objectKey(discard), text } };
  await sendToDestination(content, { destinationArn, region: discard.region }, dispatch);
}

function discardMetadata({ records, context, nowMs, source, shardId }: Discard): object {
  const arrivals = records.map((record) => record.arrivalMs);
  const info = {
    shardId,
    startSequenceNumber: records[0]?.sequenceNumber,
    endSequenceNumber: records.at(-1)?.sequenceNumber,
    approximateArrivalOfFirstRecord: timeOf(arrivals[0] ?? 0, source.kind),
    approximateArrivalOfLastRecord: timeOf(arrivals.at(-1) ?? 0, source.kind),
    batchSize: records.length,
    streamArn: source.arn,
  };
  return {
    ...context,
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    [source.kind === 'kinesis' ? 'KinesisBatchInfo' : 'DDBStreamBatchInfo']: info,
  };
}

/** DynamoDB's arrival times have no milliseconds. */
function timeOf(ms: number, kind: StreamSource['kind']): string {
  const time = new Date(ms).toISOString();
  return kind === 'kinesis' ? time : time.replace('.000Z', 'Z');
}

/** `aws/lambda/<mapping>/<shard>/2026/11/02/2026-11-02T09.00.00-<uuid>` */
function objectKey({ consumerId, shardId, nowMs }: Discard): string {
  const time = new Date(nowMs).toISOString();
  const day = time.slice(0, 10).replaceAll('-', '/');
  const second = time.slice(0, 19).replaceAll(':', '.');
  return `aws/lambda/${consumerId}/${shardId}/${day}/${second}-${randomUUID()}`;
}
