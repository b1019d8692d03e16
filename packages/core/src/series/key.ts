import type { BucketSize } from './bucket.ts';
import { bucketSizes, formatInstant } from './bucket.ts';
import type { WindowSize } from './window.ts';
import { isWindowSize } from './window.ts';

/** What a partial is of: a bucket of event time, or a window of arrival time. */
export type SpanSize = BucketSize | WindowSize;

/** Names one partial: what one slice adds to one (series, bucket) in one generation. */
export interface PartialKey {
  readonly name: string;
  readonly size: SpanSize;
  /** 0 to 9999. */
  readonly generation: number;
  /** Start of the bucket or window, milliseconds since the epoch. */
  readonly startMs: number;
  readonly slice: string;
}

/** The slice of a Kinesis shard: `shardId-000000000003` -> `000000000003`. */
export function sliceOfShard(shardId: string): string {
  return shardId.startsWith('shardId-') ? shardId.slice('shardId-'.length) : shardId;
}

/** Sort key of the Series table: `<size>#<generation>#<start>#<slice>`; a range of buckets of one generation is one contiguous range. */
export function encodeBucket(key: Omit<PartialKey, 'name'>): string {
  return `${key.size}#${encodeGeneration(key.generation)}#${formatInstant(key.startMs)}#${key.slice}`;
}

export function decodeBucket(bucket: string): Omit<PartialKey, 'name'> {
  const [size, generation, start, slice] = bucket.split('#');
  const startMs = Date.parse(start ?? '');
  if (!isSpanSize(size) || generation === undefined || slice === undefined || Number.isNaN(startMs)) {
    throw new RangeError(`Bucket: ${JSON.stringify(bucket)} is not <size>#<generation>#<start>#<slice>`);
  }
  return { size, generation: Number(generation), startMs, slice };
}

/**
 * Inclusive bounds for a `BETWEEN` on `Bucket`: every partial whose bucket starts at or after `fromMs` and before `toMs`.
 * Without bounds, every bucket of that size and generation.
 */
export function bucketRange(
  size: SpanSize,
  generation: number,
  fromMs?: number,
  toMs?: number,
): { low: string; high: string } {
  const prefix = `${size}#${encodeGeneration(generation)}#`;
  // '#' (0x23) sorts before every digit and '~' (0x7e) after; a start without slice sorts before all its slices.
  return {
    low: fromMs === undefined ? prefix : `${prefix}${formatInstant(fromMs)}`,
    high: toMs === undefined ? `${prefix}~` : `${prefix}${formatInstant(toMs)}`,
  };
}

function encodeGeneration(generation: number): string {
  return String(generation).padStart(4, '0');
}

export function isSpanSize(size: unknown): size is SpanSize {
  return (bucketSizes as readonly unknown[]).includes(size) || (typeof size === 'string' && isWindowSize(size));
}
