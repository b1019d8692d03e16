import type { Source } from '../config.ts';
import type { Floors } from '../control/floors.ts';
import { aheadOfArrivalMsMax } from '../limits.ts';
import { bucketMs } from '../series/bucket.ts';

/** Ages are measured against the arrival of the record, never against a clock: a retry and a recount decide alike. */

/** The latest time, in milliseconds since the epoch, at which an event that arrives at `arrivalMs` is not too new. */
export function newestMs(arrivalMs: number): number {
  return arrivalMs + aheadOfArrivalMsMax;
}

/**
 * The earliest time at which an event that arrives at `arrivalMs` is not too old: where the first bucket starts, of any size, that does not
 * start below its floor. -Infinity where one size has no floor, or where the source has no buckets: a window takes what arrives in it.
 */
export function oldestMs(arrivalMs: number, source: Source, floors: Floors): number {
  const { buckets } = source;
  let oldest = buckets.length === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  for (let at = 0; at < buckets.length; at += 1) {
    const size = buckets[at] as (typeof buckets)[number];
    const span = bucketMs[size];
    oldest = Math.min(oldest, Math.ceil(floors.floorAt(size, arrivalMs) / span) * span);
  }
  return oldest;
}
