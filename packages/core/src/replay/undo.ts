import type { SpanSize } from '../series/key.ts';
import type { Fence } from '../series/sequence.ts';
import { isWindowSize } from '../series/window.ts';
import { firstStart, spanMs } from './compare.ts';
import type { HoldCheckpoints } from './run.ts';
import type { Assignment, TimelineItem, TimelineRanges } from './timeline.ts';
import { earliestMs, rangesOf } from './timeline.ts';

/** Why buckets stay with the generation that a run rebuilt. */
export type StayReason =
  /** Something was counted into them since the hold: only the new generation has it. */
  | 'counted-since'
  /** A shard that live counting had not begun with at the hold has counted into them. */
  | 'no-checkpoint'
  /** They lie among others that stay: a hundred runs of buckets a size are given back, the longest. */
  | 'too-many-runs';

/** Buckets of one size that stay: from the start of the first to before `toMs`. Milliseconds since the epoch. */
export interface StaySpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: StayReason;
}

/** A partial of the generation that is to be taken back. */
export interface UndoPartial {
  readonly startMs: number;
  /** Slice of its shard. */
  readonly slice: string;
  readonly fence: Fence;
}

/** Runs of buckets that are given back of each size, at most. */
export const undoRunsMax = 100;

/** Why a partial keeps its bucket from being given back; undefined where it does not. `hold`: by slice, of the consumer that writes it. */
export function stayReasonOf(
  { slice, fence }: UndoPartial,
  hold: ReadonlyMap<string, Fence>,
): Exclude<StayReason, 'too-many-runs'> | undefined {
  const checkpoint = hold.get(slice);
  if (checkpoint === undefined) return 'no-checkpoint';
  return fence <= checkpoint ? undefined : 'counted-since';
}

/** Of the consumer that writes partials of `size`, by slice. */
export function holdOf(
  size: SpanSize,
  { count, window }: HoldCheckpoints,
  sliceOf: (shardId: string) => string,
): ReadonlyMap<string, Fence> {
  const checkpoints = isWindowSize(size) ? window : count;
  return new Map(Object.entries(checkpoints).map(([shardId, fence]) => [sliceOf(shardId), fence]));
}

/**
 * Buckets of one size that stay, as spans that ascend and do not touch, whatever the order in which they are found. So that there never are many, the
 * shortest gaps between them are closed: what lies in a gap stays as well.
 */
export class Stays {
  readonly #size: SpanSize;
  #spans: StaySpan[];

  constructor(size: SpanSize, spans: readonly StaySpan[] = []) {
    this.#size = size;
    this.#spans = [...spans];
  }

  get spans(): readonly StaySpan[] {
    return this.#spans;
  }

  /** The bucket that starts at `startMs` stays. */
  add(startMs: number, reason: StayReason): void {
    const toMs = startMs + spanMs(this.#size);
    if (this.#spans.some((span) => span.fromMs <= startMs && toMs <= span.toMs)) return;
    const spans = [...this.#spans, { fromMs: startMs, toMs, reason }].sort((one, other) => one.fromMs - other.fromMs);
    this.#spans = spans.reduce<StaySpan[]>(joined, []);
    if (this.#spans.length > 2 * undoRunsMax) this.#closeShortestGap();
  }

  #closeShortestGap(): void {
    const gaps = this.#spans.slice(1).map(({ fromMs }, at) => fromMs - (this.#spans[at]?.toMs ?? fromMs));
    const at = gaps.indexOf(Math.min(...gaps));
    const [before, after] = [this.#spans[at], this.#spans[at + 1]];
    if (before === undefined || after === undefined) return;
    this.#spans.splice(at, 2, { fromMs: before.fromMs, toMs: after.toMs, reason: before.reason });
  }
}

function joined(spans: StaySpan[], span: StaySpan): StaySpan[] {
  const before = spans.at(-1);
  if (before === undefined || before.toMs < span.fromMs) return [...spans, span];
  return [...spans.slice(0, -1), { ...before, toMs: Math.max(before.toMs, span.toMs) }];
}

/** What a run assigned, as it still stands, and what was found in it. */
export interface UndoneSize {
  readonly size: SpanSize;
  /** The run's generation. */
  readonly generation: number;
  /** Start of the last bucket in which anything was found; undefined where nothing was. */
  readonly lastMs: number | undefined;
  readonly stays: readonly StaySpan[];
  /** The prune floor: what the run had replaced below it is gone, and nobody reads there. -Infinity without one. Milliseconds since the epoch. */
  readonly floorMs: number;
}

/** What an undo does with one size. */
export interface UndoPlan {
  readonly assignments: readonly Assignment[];
  readonly stays: readonly StaySpan[];
}

/**
 * Gives back every run of buckets that the timeline still has as the run's generation and that none of `stays` lies in, the longest first; `before`: the
 * timeline's ranges before the run switched. Where something stays, the buckets past the last one that anything was found in stay too, without
 * being listed: they are empty. Where nothing stays, all is given back, what is still to come as well. Nothing is given back below the prune floor.
 */
export function undoOf(now: Pick<TimelineItem, 'Ranges'>, before: TimelineRanges, undone: UndoneSize): UndoPlan {
  const { size, generation, lastMs, stays, floorMs } = undone;
  const endMs = stays.length === 0 || lastMs === undefined ? Number.POSITIVE_INFINITY : lastMs + spanMs(size);
  const free = rangesOf(now, size, Math.max(earliestMs, firstStart(size, floorMs)))
    .filter((range) => range.generation === generation)
    .flatMap(({ fromMs, toMs }) => without(stays, fromMs, Math.min(toMs ?? Number.POSITIVE_INFINITY, endMs)));
  const longestFirst = free.toSorted((one, other) => other.toMs - other.fromMs - (one.toMs - one.fromMs));
  const kept = longestFirst.slice(undoRunsMax).map((run): StaySpan => ({ ...run, reason: 'too-many-runs' }));
  return {
    assignments: longestFirst
      .slice(0, undoRunsMax)
      .toSorted((one, other) => one.fromMs - other.fromMs)
      .flatMap(({ fromMs, toMs }) =>
        rangesOf({ Ranges: before }, size, fromMs, toMs).map((range) => ({ size, ...range })),
      ),
    stays: [...stays, ...kept].sort((one, other) => one.fromMs - other.fromMs),
  };
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What of a stretch lies in none of `stays`. */
function without(stays: readonly StaySpan[], fromMs: number, endMs: number): Span[] {
  const free: Span[] = [];
  let atMs = fromMs;
  for (const stay of stays) {
    if (stay.fromMs > atMs) free.push({ fromMs: atMs, toMs: Math.min(stay.fromMs, endMs) });
    atMs = Math.max(atMs, stay.toMs);
  }
  free.push({ fromMs: atMs, toMs: endMs });
  return free.filter((span) => span.fromMs < span.toMs);
}
