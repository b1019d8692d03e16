import { aheadOfArrivalMsMax } from '../limits.ts';
import type { Fence } from '../series/sequence.ts';
import { arrivalDisorderMs } from './first-bucket.ts';
import { isLevel, type Position } from './progress.ts';

/**
 * Of one shard, the records that the recount surely has, every one of them. A recount that begins at the trim horizon, or is stopped for long, may be
 * overtaken by it: then records leave the stream that it has not read, and nothing in those that it reads next tells of them.
 */
export interface WholeStretch {
  /** Its first record, and that record's arrival, milliseconds since the epoch. */
  readonly From: Fence;
  readonly FromMs: number;
  /** Its last record, as far as that was proved. */
  readonly UpTo: Fence;
  /** When a look found nothing on the shard, milliseconds since the epoch: whatever is behind the end came later. */
  readonly EmptyMs?: number;
}

/** The oldest record that a look finds on a shard. `unknown`: the look was cut off. */
export type Oldest = { readonly fence: Fence; readonly arrivalMs: number } | 'none' | 'unknown';

/** What is known of a recount of one shard. */
export interface RecountedShard extends Position {
  readonly FirstSequence: Fence;
  readonly FirstArrivalMs: number;
  /** The first record that came by the pipe. */
  readonly StreamFirstSequence?: Fence;
  /** Of a backfill: the last record that was read from the archive, which the pipe was found to meet (tail.ts). */
  readonly archiveEnd?: Fence;
}

/** What arrived within this is still there: the shortest retention that a stream has is a day. Milliseconds. */
const retentionMsMin = 23 * 60 * 60_000;

/**
 * The stretch as it is after another look at the oldest record of the shard. Where that is not younger than the end of the stretch, nothing behind the end had left
 * the stream when the recount read on: the stretch grows. Otherwise something may have: it begins anew where the recount now stands.
 */
export function wholeOf(
  before: WholeStretch | undefined,
  recount: RecountedShard,
  oldest: Oldest,
  nowMs: number,
): WholeStretch {
  const { FirstSequence, FirstArrivalMs, LastSequence, ArrivalMs } = recount;
  const stretch = before ?? { From: FirstSequence, FromMs: FirstArrivalMs, UpTo: beginningUpTo(recount) };
  const { From, FromMs, UpTo, EmptyMs } = stretch;
  if (UpTo === LastSequence) return oldest === 'none' ? { ...stretch, EmptyMs: nowMs } : stretch;
  if (oldest === 'unknown') return stretch;
  const isHeld = oldest !== 'none' && oldest.fence <= UpTo;
  const isFresh = EmptyMs !== undefined && nowMs - EmptyMs < retentionMsMin;
  if (isHeld || isFresh) return { From, FromMs, UpTo: LastSequence };
  return { From: LastSequence, FromMs: ArrivalMs, UpTo: LastSequence };
}

/** What needs no proof: the very first record, or all of the archive and the first record behind it. */
function beginningUpTo({ FirstSequence, StreamFirstSequence, archiveEnd }: RecountedShard): Fence {
  if (archiveEnd === undefined) return FirstSequence;
  return StreamFirstSequence !== undefined && StreamFirstSequence > archiveEnd ? StreamFirstSequence : archiveEnd;
}

/**
 * So far ahead of the trim horizon the recount must be, by arrival, before its first bucket is fixed, in milliseconds: twice the longest pause between
 * two looks, in which the horizon comes nearer and the recount may stand still.
 */
export const leadMsMin = 30 * 60_000;

/** Whether the horizon cannot overtake the recount before the next look; a recount that is level with live counting has nothing more to read. */
export function hasLead(recount: Position, live: Position | undefined, oldest: Oldest): boolean {
  if (isLevel(recount, live)) return true;
  return typeof oldest === 'object' && recount.ArrivalMs - oldest.arrivalMs >= leadMsMin;
}

/** Whether records may be missing from buckets that the run has called whole: of a stretch that began anew after T was fixed. */
export function isOutrun({ From, FromMs }: WholeStretch, recount: RecountedShard, firstMs: number): boolean {
  return From !== recount.FirstSequence && FromMs + arrivalDisorderMs + aheadOfArrivalMsMax > firstMs;
}
