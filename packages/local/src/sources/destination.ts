import { randomUUID } from 'node:crypto';
import type { AwsRequest, AwsResponse } from '../gateway/service.ts';
import { eventJson } from './batch.ts';
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

/** Tries so often to hand over what was given up; then it is lost, as on AWS. */
const attemptsMax = 3;

/**
 * Sends what Lambda and Pipes send to an on-failure destination: to S3 an object with the whole event, to SQS and SNS the shard
 * and its range of sequence numbers. Throws when the destination did not take it.
 */
export async function sendDiscard(discard: Discard, destinationArn: string, dispatch: Dispatch): Promise<void> {
  const request = destinationRequest(discard, destinationArn);
  let status = 0;
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    ({ status } = await dispatch(request));
    if (status < 300) return;
  }
  throw new Error(`${destinationArn} answered ${status} to a record of ${discard.records.length} discarded records`);
}

function destinationRequest(discard: Discard, destinationArn: string): AwsRequest {
  const [, , service = '', region = '', account = '', resource = ''] = destinationArn.split(':');
  const metadata = discardMetadata(discard);
  const base = {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    accessKeyId: '',
    region: region || discard.region,
  };
  if (service === 's3') {
    const body = Buffer.from(JSON.stringify({ ...metadata, payload: eventJson(discard.records) }));
    const path = `/${resource}/${objectKey(discard).split('/').map(encodeURIComponent).join('/')}`;
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    return { ...base, service, operation: 'PutObject', method: 'PUT', path, headers, body };
  }
  const message = JSON.stringify(metadata);
  if (service === 'sqs') {
    const QueueUrl = `https://sqs.${base.region}.amazonaws.com/${account}/${resource}`;
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' };
    const body = Buffer.from(JSON.stringify({ QueueUrl, MessageBody: message }));
    return { ...base, service, operation: 'SendMessage', headers, body };
  }
  const form = { Action: 'Publish', Version: '2010-03-31', TopicArn: destinationArn, Message: message };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = Buffer.from(new URLSearchParams(form).toString());
  return { ...base, service: 'sns', operation: 'Publish', headers, body };
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
