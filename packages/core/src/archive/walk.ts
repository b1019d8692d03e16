import { aheadOfArrivalMsMax } from '../limits.ts';
import { dayNumber, formatDay } from '../series/day.ts';
import type { ArchiveObject } from './object.ts';
import { selectObjects } from './select.ts';

/*
 * Reads a shard's archive from a day on to its end, in the order of the stream, two days in memory at a time:
 *
 *     list the start day and the next one, and the days before them, until `walkStart` knows where to begin
 *     then from the earliest of these on, day by day: list it and the next one, leave out what begins before the start, read `walkDay`, and pass
 *     over what is handled (`afterHandled`)
 *
 * Objects lie under the day of their first record, and arrivals may go backwards for a little: so an object of the next day may come before one of this.
 * One that began days earlier is not looked for, behind others that begin before the range (a mapping that is made anew may put days into one
 * batch): should only that one hold a record, the ledgers tell that it is missing.
 */

const dayMs = 24 * 60 * 60 * 1000;

/** The first arrival whose events may lie in buckets from `fromMs` on, put back to the start of its day, so that whole days are read: in milliseconds since the epoch. */
export function archiveStartMs(fromMs: number): number {
  return dayNumber(fromMs - aheadOfArrivalMsMax) * dayMs;
}

/** `2026-11-02`, of the same. */
export function archiveStartDay(fromMs: number): string {
  return formatDay(dayNumber(fromMs - aheadOfArrivalMsMax));
}

/** Where to begin: undefined where earlier days must be listed too, if there are any; otherwise the first object to read, should there be one. */
export function walkStart(
  listed: readonly ArchiveObject[],
  fromMs: number,
  isAllBefore: boolean,
): { readonly object: ArchiveObject | undefined } | undefined {
  const { objects, reachesBack } = selectObjects(listed, {
    fromMs: archiveStartMs(fromMs),
    toMs: Number.MAX_SAFE_INTEGER,
  });
  return reachesBack || isAllBefore ? { object: objects[0] } : undefined;
}

/** The objects of `day`, and those of the next one that come before the last of them, in their order. `listed`: of both days. */
export function walkDay(listed: readonly ArchiveObject[], day: string): readonly ArchiveObject[] {
  const { objects } = selectObjects(listed, { fromMs: Number.MIN_SAFE_INTEGER, toMs: Number.MAX_SAFE_INTEGER });
  return objects.slice(0, objects.findLastIndex((object) => object.day === day) + 1);
}
