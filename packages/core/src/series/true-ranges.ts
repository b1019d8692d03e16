import type { Floors } from '../control/floors.ts';
import type { TimelineItem } from '../replay/timeline.ts';
import { earliestMs, rangesOf } from '../replay/timeline.ts';
import type { SpanSize } from './key.ts';
import { bucketRange } from './key.ts';

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
 * for some of them, in the order of time. Nothing below the prune floor, from the moment when it is decided, but what a restore has opened again. A
 * switch between two reads of a reader does it no harm: what it knew to be true stands.
 */
export function trueRanges(
  { timeline, floors }: TruthItems,
  size: SpanSize,
  fromMs: number = earliestMs,
  toMs?: number,
): KeyRange[] {
  return openStretches(floors, size, fromMs, toMs ?? Number.POSITIVE_INFINITY)
    .flatMap((stretch) => rangesOf(timeline, size, stretch.fromMs, stretch.toMs))
    .flatMap((range) => {
      const [from, to] = [secondsUp(range.fromMs), range.toMs === undefined ? undefined : secondsUp(range.toMs)];
      return to !== undefined && to <= from ? [] : [bucketRange(size, range.generation, from, to)];
    });
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What readers may see of a stretch: ascending, apart from each other, none of them empty. */
function openStretches(floors: Floors, size: SpanSize, fromMs: number, toMs: number): Stretch[] {
  const restored = floors.restored(size).map(({ FromMs, ToMs }) => ({ fromMs: FromMs, toMs: ToMs }));
  const kept = { fromMs: floors.highestFloor(size), toMs: Number.POSITIVE_INFINITY };
  return [...restored, kept]
    .map((open) => ({ fromMs: Math.max(open.fromMs, fromMs), toMs: Math.min(open.toMs, toMs) }))
    .filter((open) => open.fromMs < open.toMs)
    .sort((one, other) => one.fromMs - other.fromMs)
    .reduce<Stretch[]>(joined, []);
}

function joined(stretches: Stretch[], stretch: Stretch): Stretch[] {
  const before = stretches.at(-1);
  if (before === undefined || before.toMs < stretch.fromMs) return [...stretches, stretch];
  return [...stretches.slice(0, -1), { fromMs: before.fromMs, toMs: Math.max(before.toMs, stretch.toMs) }];
}

/** Keys have second precision: an instant inside a second is the next one, so that nothing that starts before it is taken in. */
function secondsUp(timeMs: number): number {
  return Math.ceil(timeMs / 1000) * 1000;
}
