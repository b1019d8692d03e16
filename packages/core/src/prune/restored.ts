import type { Floors, FloorsItem, RestoredRange } from '../control/floors.ts';
import { floorsOf } from '../control/floors.ts';
import type { SpanSize } from '../series/key.ts';
import { changedFloors, noFloors } from './floors-change.ts';
import type { Stretch } from './stretch.ts';
import { common } from './stretch.ts';

/** What a restore brings back, by size. */
export type Restorable = Readonly<Partial<Record<SpanSize, Stretch>>>;

/** How long a restore keeps what it brings back, where nobody says otherwise, in milliseconds. */
export const restoredMsDefault = 7 * 24 * 60 * 60_000;

/** The part of a range that lies below the floor of each size, by whole seconds; without the sizes of which nothing does. */
export function restorable(floors: Floors, sizes: readonly SpanSize[], fromMs: number, toMs: number): Restorable {
  return Object.fromEntries(
    sizes.flatMap((size) => {
      const below = { fromMs: Number.NEGATIVE_INFINITY, toMs: floors.highestFloor(size) };
      const [stretch] = common({ fromMs: secondUp(fromMs), toMs: secondUp(toMs) }, below);
      return stretch === undefined ? [] : [[size, stretch]];
    }),
  );
}

/** Until when, and by which run, what lies in `ranges` is open to readers. */
export interface Opening {
  readonly run: string;
  readonly ranges: Restorable;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
}

/**
 * The item with `ranges` open to readers; the same item where they are open already. Where another restore has opened a part, that is kept until the later of
 * both times.
 */
export function openRestored(item: FloorsItem | undefined, { run, ranges, untilMs }: Opening): FloorsItem {
  const floors = floorsOf(item);
  const opened = (Object.entries(ranges) as [SpanSize, Stretch][]).map(
    ([size, { fromMs, toMs }]) =>
      [size, merged([...floors.restored(size), { FromMs: fromMs, ToMs: toMs, UntilMs: untilMs, Run: run }])] as const,
  );
  if (opened.every(([size, open]) => isSame(open, floors.restored(size)))) return item ?? noFloors;
  return changedFloors(item, { Restored: { ...item?.Restored, ...Object.fromEntries(opened) } });
}

/**
 * The item without the ranges whose time is over, so that readers no longer look there when they are deleted; the same item where there is none. `only`: the
 * sizes that the run was restricted to.
 */
export function closeRestored(item: FloorsItem | undefined, nowMs: number, only?: readonly SpanSize[]): FloorsItem {
  const floors = floorsOf(item);
  const entries = Object.entries(floors.Restored ?? {}) as [SpanSize, readonly RestoredRange[]][];
  const isOver = (size: SpanSize, { UntilMs }: RestoredRange): boolean =>
    UntilMs <= nowMs && (only?.includes(size) ?? true);
  if (!entries.some(([size, ranges]) => ranges.some((range) => isOver(size, range)))) return item ?? noFloors;
  const kept = entries.map(([size, ranges]) => [size, ranges.filter((range) => !isOver(size, range))] as const);
  return changedFloors(item, { Restored: Object.fromEntries(kept.filter(([, ranges]) => ranges.length > 0)) });
}

/** Without overlaps, ascending: each instant belongs to the range that is kept longest, of several to the first. Neighbours that say the same are one. */
function merged(ranges: readonly RestoredRange[]): RestoredRange[] {
  const bounds = [...new Set(ranges.flatMap(({ FromMs, ToMs }) => [FromMs, ToMs]))].sort((one, other) => one - other);
  const pieces: RestoredRange[] = [];
  for (const [at, FromMs] of bounds.slice(0, -1).entries()) {
    const ToMs = bounds[at + 1] as number;
    const [longest] = ranges
      .filter((range) => range.FromMs <= FromMs && ToMs <= range.ToMs)
      .sort((one, other) => other.UntilMs - one.UntilMs);
    if (longest === undefined) continue;
    const before = pieces.at(-1);
    const isJoined = before?.ToMs === FromMs && before.UntilMs === longest.UntilMs && before.Run === longest.Run;
    pieces.splice(isJoined ? -1 : pieces.length, 1, { ...longest, FromMs: isJoined ? before.FromMs : FromMs, ToMs });
  }
  return pieces;
}

function isSame(one: readonly RestoredRange[], other: readonly RestoredRange[]): boolean {
  return (
    one.length === other.length &&
    one.every((range, at) => {
      const twin = other[at];
      return (
        twin !== undefined &&
        range.FromMs === twin.FromMs &&
        range.ToMs === twin.ToMs &&
        range.UntilMs === twin.UntilMs &&
        range.Run === twin.Run
      );
    })
  );
}

/** Keys have second precision. */
function secondUp(timeMs: number): number {
  return Math.ceil(timeMs / 1000) * 1000;
}
