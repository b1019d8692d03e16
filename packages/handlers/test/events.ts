import type { Source } from '@tidemark/core/config';

/** The source that handler tests count. */
export const web: Source = {
  name: 'web',
  revisions: [{ fromMs: 0, event: { name: ['event_type'], time: ['utc_timestamp'] } }],
  buckets: ['1m', '1h'],
  maxSeries: 100,
};

export interface Sent {
  /** Decimal; records of a test ascend. */
  readonly sequence: number;
  /** Text of the record. */
  readonly text: string;
  readonly arrivalMs: number;
  readonly shardId?: string;
}

/** A sequence number as long as those of Kinesis. */
export function sequenceNumber(sequence: number): string {
  return `4959${String(sequence).padStart(52, '0')}`;
}

/** What an event source mapping sends for these records. */
export function kinesisEvent(sent: readonly Sent[]) {
  return {
    Records: sent.map(({ sequence, text, arrivalMs, shardId = 'shardId-000000000000' }) => ({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'key',
        sequenceNumber: sequenceNumber(sequence),
        data: Buffer.from(text).toString('base64'),
        approximateArrivalTimestamp: arrivalMs / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${shardId}:${sequenceNumber(sequence)}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::000000000000:role/count',
      awsRegion: 'us-east-1',
      eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/web',
    })),
  };
}

export function webEvent(name: string, timeMs: number): string {
  return JSON.stringify({ event_type: name, utc_timestamp: new Date(timeMs).toISOString() });
}

/** The records of an event as EventBridge Pipes hands them to a recount: flat, each wrapped with the name of its pipe. */
export function pipeEvent(pipe: string, { Records }: ReturnType<typeof kinesisEvent>) {
  return Records.map(({ kinesis, ...about }) => ({ pipe, record: { ...kinesis, ...about } }));
}
