import type { Source } from '../config.ts';
import type { Floors } from '../control/floors.ts';
import { aheadOfArrivalMsMax } from '../limits.ts';
import { bucketMs, bucketStart } from '../series/bucket.ts';

/** Ages are measured against the arrival of the record, never against a clock: a retry and a recount decide alike. */
export function isTooNew(timeMs: number, arrivalMs: number): boolean {
  return timeMs > arrivalMs + aheadOfArrivalMsMax;
}

/**
 * Whether no bucket size keeps the event: its bucket starts below the floor of every one. Without buckets nothing is too old: a window
 * takes what arrives in it.
 */
export function isTooOld(timeMs: number, arrivalMs: number, { buckets }: Source, floors: Floors): boolean {
  return buckets.length > 0 && buckets.every((size) => bucketStart(timeMs, size) < floors.floorAt(size, arrivalMs));
}

/** From this time on, in milliseconds since the epoch, no event is too old, whenever it arrives. */
export function surelyKeptFrom({ buckets }: Source, floors: Floors): number {
  return buckets.length === 0
    ? Number.NEGATIVE_INFINITY
    : Math.min(...buckets.map((size) => floors.highestFloor(size) + bucketMs[size]));
}
