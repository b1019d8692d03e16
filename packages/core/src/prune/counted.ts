import type { StreamConsumer } from '../control/keys.ts';
import type { Position, ProgressBefore, ShardProgress } from '../replay/progress.ts';
import { isStalled, pauseSeconds, progressOf } from '../replay/progress.ts';
import type { Fence } from '../series/sequence.ts';

/** How far one consumer has come with a shard. */
export interface CountedShard {
  readonly shardId: string;
  readonly consumer: StreamConsumer;
  /** Its checkpoint; absent where it has none. */
  readonly checkpoint?: Position;
  /**
   * The first record behind the checkpoint, or of the shard where there is none; `none` where there is no such record, or the stream no longer has the
   * shard. Absent where nobody looked, or the look was cut off.
   */
  readonly look?: { readonly fence: Fence; readonly arrivalMs: number } | 'none';
}

/** Whether nothing of the shard is left to count that arrived before `effectiveMs`. Before that time a shard that is idle may still get such a record. */
export function isCountedThrough({ checkpoint, look }: CountedShard, effectiveMs: number, nowMs: number): boolean {
  if (checkpoint !== undefined && checkpoint.ArrivalMs >= effectiveMs) return true;
  if (look === undefined || nowMs < effectiveMs) return false;
  if (look === 'none') return true;
  const isBehind = checkpoint === undefined || look.fence > checkpoint.LastSequence;
  return isBehind && look.arrivalMs >= effectiveMs;
}

/** What the poll finds. */
export interface Counting {
  readonly counted: boolean;
  readonly stalled: boolean;
  readonly waitSeconds: number;
  /** Ids of the shards that are waited for. */
  readonly waiting: readonly string[];
  /** For the run: by `<consumer> <shardId>`, how far it is (`Recount`), and how far it must come (`Live`). */
  readonly progress: ProgressBefore;
}

/** Whether everything is counted that arrived before `effectiveMs`; where it is not, whether anything has moved for 6 hours, and when to look again. */
export function countingOf(
  shards: readonly CountedShard[],
  effectiveMs: number,
  before: ProgressBefore | undefined,
  nowMs: number,
): Counting {
  const late = shards.filter((shard) => !isCountedThrough(shard, effectiveMs, nowMs));
  const progress = progressOf(
    late.map((shard) => progressOfShard(shard, effectiveMs)),
    before,
    nowMs,
  );
  // A shard that is no longer waited for has moved, too.
  const isFewer = Object.keys(progress.Progress).length < Object.keys(before?.Progress ?? {}).length;
  const moved = isFewer ? { ...progress, MovedMs: nowMs } : progress;
  return {
    counted: late.length === 0,
    stalled: late.length > 0 && isStalled(moved, nowMs),
    waitSeconds: late.length === 0 ? 0 : Math.max(pauseSeconds(moved, before), Math.ceil((effectiveMs - nowMs) / 1000)),
    waiting: [...new Set(late.map(({ shardId }) => shardId))],
    progress: moved,
  };
}

function progressOfShard({ shardId, consumer, checkpoint }: CountedShard, effectiveMs: number): ShardProgress {
  return {
    shardId: `${consumer} ${shardId}`,
    live: { LastSequence: '', ArrivalMs: effectiveMs },
    ...(checkpoint === undefined ? {} : { recount: checkpoint }),
  };
}
