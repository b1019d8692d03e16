import type { Fence } from '../series/sequence.ts';
import type { ShardArrivals } from './run.ts';

/** How far a reader has come with a shard. */
export interface Position {
  readonly LastSequence: Fence;
  readonly ArrivalMs: number;
}

/** A shard on the way to the tip. */
export interface ShardProgress {
  readonly shardId: string;
  /** The furthest of live counting's; absent where it has not begun with the shard. */
  readonly live?: Position;
  readonly recount?: Position;
  /** Whether a look shows that the shard holds nothing for the recount. Needed where `recount` is absent. */
  readonly isEmpty?: boolean;
}

/** Progress as the poll before saw it. */
export interface ProgressBefore {
  readonly Progress: Readonly<Record<string, ShardArrivals>>;
  readonly ProgressMs: number;
  readonly MovedMs: number;
}

/** So near to live counting, by arrival, the recount is near the tip. Milliseconds. */
export const nearMsMax = 60_000;
/** The recount moves at least once in so long, while records wait. Milliseconds. */
export const stalledMsMax = 6 * 60 * 60_000;
const pauseSecondsMin = 5;
const pauseSecondsMax = 15 * 60;

/** Whether the recount is near the tip of every shard. */
export function isNear(shards: readonly ShardProgress[]): boolean {
  return shards.every((shard) => behindMs(shard) <= nearMsMax);
}

/** Whether the recount has as good as nothing more to read of a shard that it has begun with. */
export function isLevel(recount: Position, live: Position | undefined): boolean {
  return behindMs({ shardId: '', recount, ...(live === undefined ? {} : { live }) }) <= nearMsMax;
}

/** How far the recount is behind live counting on the shard that is furthest behind, by arrival, in milliseconds. */
export function furthestBehindMs(shards: readonly ShardProgress[]): number {
  return shards.reduce((most, shard) => Math.max(most, behindMs(shard)), 0);
}

/** Infinity where the recount has not begun with a shard that holds records. */
function behindMs({ live, recount, isEmpty }: ShardProgress): number {
  if (live === undefined) return 0;
  if (recount === undefined) return isEmpty === true ? 0 : Number.POSITIVE_INFINITY;
  if (recount.LastSequence >= live.LastSequence) return 0;
  return Math.max(0, live.ArrivalMs - recount.ArrivalMs);
}

/** What the run is told of progress: the arrivals of each shard that there is anything of, and since when nothing has moved. */
export function progressOf(
  shards: readonly ShardProgress[],
  before: ProgressBefore | undefined,
  nowMs: number,
): ProgressBefore {
  const Progress = Object.fromEntries(
    shards.filter(hasRecords).map(({ shardId, live, recount }) => [
      shardId,
      {
        ...(recount === undefined ? {} : { Recount: recount.ArrivalMs }),
        ...(live === undefined ? {} : { Live: live.ArrivalMs }),
      },
    ]),
  );
  const hasMoved = Object.entries(Progress).some(([id, { Recount }]) => Recount !== before?.Progress[id]?.Recount);
  return { Progress, ProgressMs: nowMs, MovedMs: before === undefined || hasMoved ? nowMs : before.MovedMs };
}

/** Shards that have left the stream are nobody's progress: years of resharding leave more of them than an item holds. */
function hasRecords({ recount, isEmpty }: ShardProgress): boolean {
  return recount !== undefined || isEmpty !== true;
}

/** Whether nothing has moved for so long that the run is to end. */
export function isStalled({ MovedMs }: ProgressBefore, nowMs: number): boolean {
  return nowMs - MovedMs >= stalledMsMax;
}

/**
 * How long to wait before the next look, in whole seconds: a quarter of what the rest will take at the pace since the look before, or of the time for which
 * nothing has moved. So a recount that takes an hour is looked at some twenty times, one that takes a week some seven hundred times, one that does not begin
 * some forty times before it is given up, and the execution's history stays short.
 */
export function pauseSeconds(now: ProgressBefore, before: ProgressBefore | undefined): number {
  if (before === undefined) return pauseSecondsMin;
  const passedMs = now.ProgressMs - before.ProgressMs;
  const rests = Object.entries(now.Progress).map(([id, arrivals]) => restMs(arrivals, before.Progress[id], passedMs));
  const seconds = Math.ceil(Math.max(now.ProgressMs - now.MovedMs, ...rests) / 4 / 1000);
  return Math.min(Math.max(seconds, pauseSecondsMin), pauseSecondsMax);
}

/** What the recount still needs for a shard, in milliseconds: live counting moves on meanwhile. Infinity where it does not come nearer. */
function restMs({ Recount, Live }: ShardArrivals, before: ShardArrivals | undefined, passedMs: number): number {
  if (Recount === undefined || Live === undefined || Live - Recount <= nearMsMax) return 0;
  if (before?.Recount === undefined || before.Live === undefined) return 0;
  const nearer = before.Live - before.Recount - (Live - Recount);
  return nearer <= 0 ? Number.POSITIVE_INFINITY : ((Live - Recount) * passedMs) / nearer;
}
