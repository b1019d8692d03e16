import type { Floors } from '../control/floors.ts';
import type { TimelineItem } from '../replay/timeline.ts';
import { earliestMs, rangesOf } from '../replay/timeline.ts';
import type { SpanSize } from './key.ts';
import { bucketRange } from './key.ts';
import { isWindowSize } from './window.ts';

/** Two sort keys of the Series table and what lies between them, both included. */
export interface KeyRange {
  readonly low: string;
  readonly high: string;
}

/** What says which partials are true, and which are pruned or soon will be. */
export interface TruthItems {
  readonly timeline: Pick<TimelineItem, 'Ranges'>;
  readonly floors: Floors;
}

/**
 * Where readers find the partials of buckets or windows that start at or after `fromMs` and before `toMs`: one range for each generation that is true
 * for some of them, in the order of time. Nothing below the prune floor, from the moment when it is decided. A switch between two reads of a
 * reader does it no harm: what it knew to be true stands.
 */
export function trueRanges(
  { timeline, floors }: TruthItems,
  size: SpanSize,
  fromMs: number = earliestMs,
  toMs?: number,
): KeyRange[] {
  const floorMs = isWindowSize(size) ? earliestMs : Math.max(earliestMs, floors.highestFloor(size));
  return rangesOf(timeline, size, Math.max(fromMs, floorMs), toMs).flatMap((range) => {
    const [from, to] = [secondsUp(range.fromMs), range.toMs === undefined ? undefined : secondsUp(range.toMs)];
    return to !== undefined && to <= from ? [] : [bucketRange(size, range.generation, from, to)];
  });
}

/** Keys have second precision: an instant inside a second is the next one, so that nothing that starts before it is taken in. */
function secondsUp(timeMs: number): number {
  return Math.ceil(timeMs / 1000) * 1000;
}
