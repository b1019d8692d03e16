import { controlItems } from '../control/keys.ts';
import type { SpanSize } from '../series/key.ts';
import { firstGeneration } from '../series/partial.ts';
import type { RunLock } from './lock.ts';

/** From `FromMs` on, until the next entry, buckets belong to `Generation`. Milliseconds since the epoch. */
export interface TimelineEntry {
  readonly FromMs: number;
  readonly Generation: number;
}

/** By size, ascending by `FromMs`. Before the first entry, and where there is none, generation 0. Neighbours differ. */
export type TimelineRanges = Readonly<Partial<Record<SpanSize, readonly TimelineEntry[]>>>;

/** Item `TIMELINE` of the Control table, without its keys: which generation is the true one for which buckets, and who may change that. */
export interface TimelineItem {
  /** One more with every change. 0: there is no item yet. */
  readonly Version: number;
  /** The highest generation that was ever given. Never goes back: a write that is still on its way could poison a number given twice. */
  readonly LastGeneration: number;
  readonly Ranges: TimelineRanges;
  readonly Lock?: RunLock;
}

/** Buckets that start at or after `fromMs` and before `toMs`, without end where that is absent, are to be of `generation`. */
export interface Assignment {
  readonly size: SpanSize;
  readonly fromMs: number;
  readonly toMs?: number;
  readonly generation: number;
}

/** A stretch of buckets of one size that is of one generation. Without `toMs` it has no end. */
export interface GenerationRange {
  readonly generation: number;
  readonly fromMs: number;
  readonly toMs?: number;
}

/** No bucket starts before this: the year 0 of a key, in milliseconds since the epoch. */
export const earliestMs = Date.parse('0000-01-01T00:00:00Z');

/** Without an item nothing was ever rebuilt, and generation 0 is true everywhere. */
export const firstTimeline: TimelineItem = { Version: 0, LastGeneration: firstGeneration, Ranges: {} };

export function timelineKey(source: string): { Source: string; Item: string } {
  return { Source: source, Item: controlItems.timeline };
}

/** The generation that is true for the bucket or window of `size` that starts at `startMs`. */
export function generationOf({ Ranges }: Pick<TimelineItem, 'Ranges'>, size: SpanSize, startMs: number): number {
  return Ranges[size]?.findLast(({ FromMs }) => FromMs <= startMs)?.Generation ?? firstGeneration;
}

/** Which generations readers find the buckets from `fromMs` to before `toMs` in: ascending, without gaps, all that there are where no bound is given. */
export function rangesOf(
  { Ranges }: Pick<TimelineItem, 'Ranges'>,
  size: SpanSize,
  fromMs: number = earliestMs,
  toMs: number = Number.POSITIVE_INFINITY,
): GenerationRange[] {
  if (fromMs >= toMs) return [];
  const inside = (Ranges[size] ?? []).filter(({ FromMs }) => FromMs > fromMs && FromMs < toMs);
  const starts = [{ FromMs: fromMs, Generation: generationOf({ Ranges }, size, fromMs) }, ...inside];
  return starts.map(({ FromMs, Generation }, at) => {
    const end = starts[at + 1]?.FromMs ?? toMs;
    return { generation: Generation, fromMs: FromMs, ...(end === Number.POSITIVE_INFINITY ? {} : { toMs: end }) };
  });
}

/** Performs one assignment after the other. Throws a RangeError for one that holds no instant. */
export function assign(ranges: TimelineRanges, assignments: readonly Assignment[]): TimelineRanges {
  const bySize = new Map(Object.entries(ranges) as [SpanSize, readonly TimelineEntry[]][]);
  for (const assignment of assignments) {
    bySize.set(assignment.size, assignOne(Object.fromEntries(bySize), assignment));
  }
  return Object.fromEntries(bySize);
}

function assignOne(Ranges: TimelineRanges, { size, fromMs, toMs, generation }: Assignment): TimelineEntry[] {
  if (toMs !== undefined && toMs <= fromMs) throw new RangeError(`${size}: from ${fromMs} to ${toMs} holds no bucket`);
  const entries = Ranges[size] ?? [];
  const after =
    toMs === undefined
      ? []
      : [
          { FromMs: toMs, Generation: generationOf({ Ranges }, size, toMs) },
          ...entries.filter(({ FromMs }) => FromMs > toMs),
        ];
  return withoutRepetition([
    ...entries.filter(({ FromMs }) => FromMs < fromMs),
    { FromMs: fromMs, Generation: generation },
    ...after,
  ]);
}

/** Drops every entry that says what the one before it says, and what holds anyway before the first. */
function withoutRepetition(entries: readonly TimelineEntry[]): TimelineEntry[] {
  return entries.filter(({ Generation }, at) => Generation !== (entries[at - 1]?.Generation ?? firstGeneration));
}
