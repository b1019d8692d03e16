import { nameBytesMax } from '../limits.ts';
import type { BucketSize } from '../series/bucket.ts';
import { decodeBucket } from '../series/key.ts';

/** The part of a DynamoDB attribute that a partial's attributes use. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
}

/** A record of the Series table's stream as Lambda hands it over: new and old images. */
export interface TableStreamRecord {
  readonly eventID?: string | undefined;
  readonly eventName?: string | undefined;
  readonly dynamodb?:
    | {
        readonly SequenceNumber?: string | undefined;
        /** Seconds since the epoch. */
        readonly ApproximateCreationDateTime?: number | undefined;
        readonly NewImage?: { readonly [attribute: string]: AttributeValue } | undefined;
        readonly OldImage?: { readonly [attribute: string]: AttributeValue } | undefined;
      }
    | undefined;
}

/** What a record of the table's stream means for the metric. */
export type Change =
  /** Live counting added `delta` events to the bucket that starts at `startMs`. */
  | { readonly kind: 'counted'; readonly name: string; readonly startMs: number; readonly delta: number }
  /** A bucket of another size: the smallest is published, CloudWatch adds up the others. */
  | { readonly kind: 'other-size' }
  /** Written by a recount: never published. */
  | { readonly kind: 'recount' }
  /** An item was deleted: pruning takes nothing back from the metric. */
  | { readonly kind: 'removed' }
  /** Not an item that Tidemark writes. It must not stop the stream. */
  | { readonly kind: 'foreign' };

/**
 * Reads one record. `size` is the smallest bucket size of the source. Never throws, and lets nothing through that CloudWatch
 * refuses, whoever wrote it into the table.
 */
export function readChange(record: TableStreamRecord, size: BucketSize): Change {
  if (record.eventName === 'REMOVE') return { kind: 'removed' };
  const image = record.dynamodb?.NewImage;
  const name = image?.EventName?.S;
  const bucket = image?.Bucket?.S;
  const writer = image?.WrittenBy?.S;
  if (name === undefined || bucket === undefined) return { kind: 'foreign' };
  // CloudWatch would refuse it as a dimension, and the whole call with it, again and again.
  if (Buffer.byteLength(name) > nameBytesMax) return { kind: 'foreign' };
  if (writer === 'recount') return { kind: 'recount' };
  if (writer !== 'live') return { kind: 'foreign' };

  const startMs = startOfBucket(bucket, size);
  if (startMs === 'foreign' || startMs === 'other-size') return { kind: startMs };
  const newCount = readCount(image?.EventCount);
  const oldCount = readCount(record.dynamodb?.OldImage?.EventCount) ?? 0;
  if (newCount === undefined) return { kind: 'foreign' };
  return { kind: 'counted', name, startMs, delta: newCount - oldCount };
}

function startOfBucket(bucket: string, size: BucketSize): number | 'other-size' | 'foreign' {
  try {
    const key = decodeBucket(bucket);
    return key.size === size ? key.startMs : 'other-size';
  } catch {
    return 'foreign';
  }
}

function readCount(value: AttributeValue | undefined): number | undefined {
  const count = value?.N === undefined ? Number.NaN : Number(value.N);
  return Number.isSafeInteger(count) ? count : undefined;
}
