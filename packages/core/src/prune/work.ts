import type { Floors } from '../control/floors.ts';
import type { TimelineItem } from '../replay/timeline.ts';
import { earliestMs, rangesOf } from '../replay/timeline.ts';
import type { SpanSize } from '../series/key.ts';
import { firstGeneration } from '../series/partial.ts';
import type { Needed, PastRun } from './needed.ts';
import { neededOf } from './needed.ts';
import type { Stretch } from './stretch.ts';
import { common, without } from './stretch.ts';

/** Buckets or windows of one size and generation that a prune deletes of every series: starts at or after `fromMs` and before `toMs`, without end where that is absent. */
export interface WorkRange {
  readonly size: SpanSize;
  readonly generation: number;
  readonly fromMs: number;
  readonly toMs?: number;
  /** Whether they are exported before: they were true. */
  readonly exported: boolean;
}

/** What a prune goes by, all of it read while it has the lock, or for a preview. */
export interface WorkQuestion {
  readonly timeline: Pick<TimelineItem, 'Ranges'>;
  /** As raised for this run, and without the restored ranges whose time is over. */
  readonly floors: Floors;
  /** Of the source. */
  readonly sizes: readonly SpanSize[];
  /** The sizes that the run was restricted to. */
  readonly only?: readonly SpanSize[];
  /** Every run of the source that could have a generation. */
  readonly runs: readonly PastRun[];
  readonly keepReplacedMs: number;
  readonly nowMs: number;
}

/**
 * What is to go: everything below the floors but what a restore has opened; and above them what the timeline does not name and nobody could give back any
 * more. What is true below a floor is exported, the rest is not: nobody reads it. Ascending by size as `sizesOf` has them, then by generation and time;
 * ranges do not overlap.
 */
export function pruneWork(question: WorkQuestion): WorkRange[] {
  const generations = livingGenerations(question);
  const needed = neededOf(question);
  return sizesOf(question).flatMap((size) => [
    ...expired(question, size),
    ...generations.flatMap((generation) => replaced(question, size, generation, needed)),
  ]);
}

/** Sizes that something may lie of, although the source has them no more. */
export function sizesOf({ timeline, floors, sizes, only, runs }: WorkQuestion): SpanSize[] {
  const written = runs.flatMap(({ item }) => Object.keys(item.First ?? {}));
  const named = [...Object.keys(timeline.Ranges), ...Object.keys(floors.Floors), ...written] as SpanSize[];
  return [...new Set([...sizes, ...named])].filter((size) => only?.includes(size) ?? true);
}

/** What was true below the floor. */
function expired({ timeline, floors }: WorkQuestion, size: SpanSize): WorkRange[] {
  return without(belowFloor(floors, size), openAgain(floors, size))
    .flatMap(({ fromMs, toMs }) => rangesOf(timeline, size, fromMs, toMs))
    .map(({ generation, fromMs, toMs }) => ({
      size,
      generation,
      fromMs,
      ...(toMs === undefined ? {} : { toMs }),
      exported: true,
    }));
}

/** What a generation holds that is not true: all of it below the floor, above it what nobody needs. */
function replaced(
  { timeline, floors }: WorkQuestion,
  size: SpanSize,
  generation: number,
  needed: readonly Needed[],
): WorkRange[] {
  const below = belowFloor(floors, size);
  const above = { fromMs: Math.max(below.toMs, earliestMs), toMs: Number.POSITIVE_INFINITY };
  const kept = needed
    .filter((each) => each.generation === generation && (each.size ?? size) === size)
    .flatMap((each) => common(each, above));
  return without({ fromMs: earliestMs, toMs: Number.POSITIVE_INFINITY }, [
    ...trueStretches(timeline, size, generation),
    ...kept,
  ]).map(({ fromMs, toMs }) => ({
    size,
    generation,
    fromMs,
    ...(toMs === Number.POSITIVE_INFINITY ? {} : { toMs }),
    exported: false,
  }));
}

/** Empty where there is no floor. */
function belowFloor(floors: Floors, size: SpanSize): Stretch {
  return { fromMs: earliestMs, toMs: floors.highestFloor(size) };
}

function openAgain(floors: Floors, size: SpanSize): Stretch[] {
  return floors.restored(size).map(({ FromMs, ToMs }) => ({ fromMs: FromMs, toMs: ToMs }));
}

/** Where a generation is the true one. */
function trueStretches(timeline: Pick<TimelineItem, 'Ranges'>, size: SpanSize, generation: number): Stretch[] {
  return rangesOf(timeline, size)
    .filter((range) => range.generation === generation)
    .map(({ fromMs, toMs = Number.POSITIVE_INFINITY }) => ({ fromMs, toMs }));
}

/** Live counting's first, and each that a run was given and no prune has swept yet. */
function livingGenerations({ runs }: WorkQuestion): number[] {
  const given = runs.flatMap(({ item }) => (item.Generation === undefined || item.Swept ? [] : [item.Generation]));
  return [...new Set([firstGeneration, ...given])].sort((one, other) => one - other);
}
