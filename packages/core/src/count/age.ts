import type { Source } from '../config.ts';
import type { Floors } from '../control/floors.ts';
import { aheadOfArrivalMsMax } from '../limits.ts';
import { bucketStart } from '../series/bucket.ts';

/** Ages are measured against the arrival of the record, never against a clock: a retry and a recount decide alike. */
export function isTooNew(timeMs: number, arrivalMs: number): boolean {
  return timeMs > arrivalMs + aheadOfArrivalMsMax;
}

/** Whether no bucket size keeps the event: its bucket starts below the floor of every one. */
export function isTooOld(timeMs: number, arrivalMs: number, source: Source, floors: Floors): boolean {
  return source.buckets.every((size) => bucketStart(timeMs, size) < floors.floorAt(size, arrivalMs));
}
