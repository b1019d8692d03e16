import type { SpanSize } from '../series/key.ts';
import { effectiveFrom, inForce } from './history.ts';
import { controlItems } from './keys.ts';

/** Events that arrive from `FromMs` on are not counted into buckets that start before `FloorMs`. Milliseconds since the epoch. */
export interface FloorEntry {
  readonly FromMs: number;
  readonly FloorMs: number;
}

/**
 * Buckets or windows below the floor that were brought back: readers find those that start at or after `FromMs` and before `ToMs`, counting and
 * publishing do not. Milliseconds since the epoch.
 */
export interface RestoredRange {
  readonly FromMs: number;
  readonly ToMs: number;
  /** Kept until then at least. The first prune after it takes this entry out of the item, and only then deletes. */
  readonly UntilMs: number;
  /** The run that restored them. */
  readonly Run: string;
}

/** Item `FLOORS` of the Control table, without its keys. A size that is missing keeps everything. */
export interface FloorsItem {
  /** One more with every change; absent, as 0, where there is no item yet, and on one that a version before it has written. */
  readonly Version?: number;
  /** By size, ascending by `FromMs`. */
  readonly Floors: Readonly<Partial<Record<SpanSize, readonly FloorEntry[]>>>;
  /** By size, ascending by `FromMs`, without overlaps. */
  readonly Restored?: Readonly<Partial<Record<SpanSize, readonly RestoredRange[]>>>;
}

/** The prune floors of a source: for each size a history by arrival time that only rises, and what was brought back from below. */
export interface Floors extends FloorsItem {
  /** Buckets of `size` that start before this take no events that arrive at `arrivalMs`; -Infinity without a floor. */
  floorAt(size: SpanSize, arrivalMs: number): number;
  /** No floor of `size` lies above this, whatever the arrival: spares nearly every event the question. */
  highestFloor(size: SpanSize): number;
  /** What readers find below the floor of `size`, ascending, without overlaps. */
  restored(size: SpanSize): readonly RestoredRange[];
}

export function floorsKey(source: string): { Source: string; Item: string } {
  return { Source: source, Item: controlItems.floors };
}

/** Without an item nothing was ever pruned, and no event is too old. */
export function floorsOf(item: FloorsItem | undefined): Floors {
  const Floors = item?.Floors ?? {};
  return {
    ...(item?.Version === undefined ? {} : { Version: item.Version }),
    ...(item?.Restored === undefined ? {} : { Restored: item.Restored }),
    Floors,
    floorAt: (size, arrivalMs) => inForce(Floors[size] ?? [], arrivalMs)?.FloorMs ?? Number.NEGATIVE_INFINITY,
    highestFloor: (size) => Math.max(...(Floors[size] ?? []).map(({ FloorMs }) => FloorMs)),
    restored: (size) => item?.Restored?.[size] ?? [],
  };
}

/** The next entry for `size`, in force from a moment in the future; undefined where the floor stands as high already. */
export function floorRise(floors: Floors, size: SpanSize, floorMs: number, nowMs: number): FloorEntry | undefined {
  const last = floors.Floors[size]?.at(-1);
  if (last !== undefined && last.FloorMs >= floorMs) {
    return undefined;
  }
  return { FromMs: Math.max(effectiveFrom(nowMs), last?.FromMs ?? 0), FloorMs: floorMs };
}
