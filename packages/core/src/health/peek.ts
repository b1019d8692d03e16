import type { CheckpointItem } from '../control/checkpoint.ts';
import { decodeSequence } from '../series/sequence.ts';

/** Where a look at a shard begins, in the words of Kinesis. */
export type PeekPlace =
  | { readonly at: 'TRIM_HORIZON' }
  | {
      readonly at: 'AT_TIMESTAMP';
      /** Milliseconds since the epoch. */
      readonly arrivalMs: number;
    }
  | {
      readonly at: 'AFTER_SEQUENCE_NUMBER';
      /** Decimal. */
      readonly sequenceNumber: string;
    };

/** What stands on a shard past what a reader has handled. */
export type Peek =
  /** The oldest record arrived then. */
  | { readonly kind: 'waiting'; readonly arrivalMs: number }
  /** Nothing yet. */
  | { readonly kind: 'empty' }
  /** Nothing, and the shard takes no more. */
  | { readonly kind: 'drained' }
  /** Kinesis did not come to the point: all that is known is that nothing waits which arrived more than so many milliseconds ago. */
  | { readonly kind: 'unknown'; readonly behindMs: number };

/** What is used of an answer of GetRecords. */
export interface PeekAnswer {
  readonly Records?: readonly { readonly ApproximateArrivalTimestamp?: Date | undefined }[] | undefined;
  readonly MillisBehindLatest?: number | undefined;
  readonly NextShardIterator?: string | undefined;
}

/** Arrivals may go backwards a little. Milliseconds. */
export const backwardsMsMax = 60_000;

/**
 * Where to look for the oldest record that a reader has not handled: after its checkpoint. `throughMs`, where it is known, is an arrival time up to
 * which the reader has handled every shard: the look begins there where the checkpoint lies further back. Kinesis passes over some five minutes without
 * records in one answer, so that a shard that was silent for a weekend would take hundreds of them.
 */
export function peekPlace(checkpoint: CheckpointItem | undefined, throughMs: number | undefined): PeekPlace {
  const fromMs = throughMs === undefined ? 0 : throughMs - backwardsMsMax;
  if ((checkpoint?.ArrivalMs ?? 0) < fromMs) return { at: 'AT_TIMESTAMP', arrivalMs: fromMs };
  if (checkpoint === undefined) return { at: 'TRIM_HORIZON' };
  return { at: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: decodeSequence(checkpoint.LastSequence) };
}

/** What an answer says; `unknown` where the next one has to be asked for: an empty answer is no end by itself. */
export function peekOf({ Records = [], MillisBehindLatest = 0, NextShardIterator }: PeekAnswer): Peek {
  const arrivalMs = Records[0]?.ApproximateArrivalTimestamp?.getTime();
  if (arrivalMs !== undefined) return { kind: 'waiting', arrivalMs };
  if (NextShardIterator === undefined) return { kind: 'drained' };
  return MillisBehindLatest === 0 ? { kind: 'empty' } : { kind: 'unknown', behindMs: MillisBehindLatest };
}
