import type { StreamRecord } from '@tidemark/core/count/record';
import type { KinesisStreamRecord } from 'aws-lambda';
import { shardOf, streamRecord } from '../count/batch.ts';

/**
 * What an event source mapping with a tumbling window sends. The types of `aws-lambda` lack `shardId` and `eventSourceARN`, and
 * promise records that a final invocation need not have.
 */
export interface WindowEvent {
  readonly Records?: readonly KinesisStreamRecord[];
  readonly window?: { readonly start: string; readonly end: string };
  /** What the invocation before it answered; `{}`, null or absent at the beginning of a window. */
  readonly state?: unknown;
  readonly shardId?: string;
  readonly eventSourceARN?: string;
  readonly isFinalInvokeForWindow?: boolean;
  readonly isWindowTerminatedEarly?: boolean;
}

/** Records of one shard, perhaps none, and the state that Lambda carries from invocation to invocation. */
export interface WindowBatch {
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
  readonly state: unknown;
  /** Whether Lambda forgets the state after this invocation: all that it holds must be written. */
  readonly closes: boolean;
}

/**
 * Throws an Error where the event is none of a tumbling window, does not tell its shard, or holds a record of another. The
 * window's bounds are not read: a reading's own arrival says which window it lies in.
 */
export function windowBatchOf(event: WindowEvent): WindowBatch {
  const { shardId, window, Records = [] } = event;
  if (!window) {
    throw new Error('event: no window; its event source mapping lacks TumblingWindowInSeconds');
  }
  if (!shardId) {
    throw new Error('event: no shardId, which tells the shard of a window');
  }
  const records = Records.map((record) => {
    if (shardOf(record) !== shardId) {
      throw new Error(`eventID: ${JSON.stringify(record.eventID)} is not of ${JSON.stringify(shardId)}`);
    }
    return streamRecord(record);
  });
  return {
    shardId,
    records,
    state: event.state,
    closes: Boolean(event.isFinalInvokeForWindow || event.isWindowTerminatedEarly),
  };
}
