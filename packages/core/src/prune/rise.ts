import type { FloorEntry, Floors, FloorsItem } from '../control/floors.ts';
import { floorRise, floorsOf } from '../control/floors.ts';
import { dayMs } from '../series/day.ts';
import type { SpanSize } from '../series/key.ts';
import { isSpanSize } from '../series/key.ts';
import type { Cutoffs } from './cutoff.ts';
import { changedFloors, noFloors } from './floors-change.ts';

/**
 * Floors are remembered by arrival for so long, in milliseconds: longer than a stream keeps any record, so that whatever is handed out anew is decided as it
 * was before. A backfill of older records counts some of them into buckets below the floor, where nobody reads them and the next prune removes them.
 */
export const floorHistoryMsMax = 400 * dayMs;

/** The item with each floor raised to its cutoff, from a moment in the future; the same item where none is lower. */
export function raiseFloors(item: FloorsItem | undefined, cutoffs: Cutoffs, nowMs: number): FloorsItem {
  const floors = floorsOf(item);
  const raised = (Object.entries(cutoffs) as [SpanSize, number][]).flatMap(([size, cutoffMs]) => {
    const rise = floorRise(floors, size, cutoffMs, nowMs);
    return rise === undefined ? [] : [[size, [...remembered(floors.Floors[size] ?? [], nowMs), rise]] as const];
  });
  if (raised.length === 0) return item ?? noFloors;
  return changedFloors(item, { Floors: { ...floors.Floors, ...Object.fromEntries(raised) } });
}

/** Without the entries that only records go by which no stream holds any more: each but the last that was followed by another so long ago. */
function remembered(history: readonly FloorEntry[], nowMs: number): readonly FloorEntry[] {
  const sinceMs = nowMs - floorHistoryMsMax;
  return history.filter((_, at) => (history[at + 1]?.FromMs ?? Number.POSITIVE_INFINITY) > sinceMs);
}

/** The floors that a run works by. */
export interface WorkedFloors {
  readonly cutoffs: Cutoffs;
  /** The arrival time from which on all of them hold; undefined where there are none. */
  readonly effectiveMs?: number;
}

/** `only`: the sizes that the run was restricted to. Floors that stood before are worked by as well: what lies below them is to go. */
export function workedFloors(floors: Floors, only?: readonly SpanSize[]): WorkedFloors {
  const worked = (Object.entries(floors.Floors) as [SpanSize, readonly FloorEntry[]][])
    .filter(([size]) => isSpanSize(size) && (only?.includes(size) ?? true))
    .flatMap(([size, history]) => {
      const last = history.at(-1);
      return last === undefined ? [] : [{ size, last }];
    });
  return {
    cutoffs: Object.fromEntries(worked.map(({ size }) => [size, floors.highestFloor(size)])),
    ...(worked.length === 0 ? {} : { effectiveMs: Math.max(...worked.map(({ last }) => last.FromMs)) }),
  };
}
