import type { BucketSize } from '../series/bucket.ts';
import { effectiveFrom, inForce } from './history.ts';
import { controlItems } from './keys.ts';

/** Events that arrive from `FromMs` on are not counted into buckets that start before `FloorMs`. Milliseconds since the epoch. */
export interface FloorEntry {
  readonly FromMs: number;
  readonly FloorMs: number;
}

/** Item `FLOORS` of the Control table, without its keys. A size that is missing keeps everything. */
export interface FloorsItem {
  readonly Floors: Readonly<Partial<Record<BucketSize, readonly FloorEntry[]>>>;
}

/** The prune floors of a source: for each bucket size a history by arrival time that only rises. */
export interface Floors extends FloorsItem {
  /** Buckets of `size` that start before this take no events that arrive at `arrivalMs`; -Infinity without a floor. */
  floorAt(size: BucketSize, arrivalMs: number): number;
  /** No floor of `size` lies above this, whatever the arrival: spares nearly every event the question. */
  highestFloor(size: BucketSize): number;
}

export function floorsKey(source: string): { Source: string; Item: string } {
  return { Source: source, Item: controlItems.floors };
}

/** Without an item nothing was ever pruned, and no event is too old. */
export function floorsOf(item: FloorsItem | undefined): Floors {
  const Floors = item?.Floors ?? {};
  return {
    Floors,
    floorAt: (size, arrivalMs) => inForce(Floors[size] ?? [], arrivalMs)?.FloorMs ?? Number.NEGATIVE_INFINITY,
    highestFloor: (size) => Math.max(...(Floors[size] ?? []).map(({ FloorMs }) => FloorMs)),
  };
}

/** The next entry for `size`, in force from a moment in the future; undefined where the floor stands as high already. */
export function floorRise(floors: Floors, size: BucketSize, floorMs: number, nowMs: number): FloorEntry | undefined {
  const last = floors.Floors[size]?.at(-1);
  if (last !== undefined && last.FloorMs >= floorMs) {
    return undefined;
  }
  return { FromMs: Math.max(effectiveFrom(nowMs), last?.FromMs ?? 0), FloorMs: floorMs };
}
