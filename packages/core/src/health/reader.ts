import type { CheckpointItem } from '../control/checkpoint.ts';
import type { Peek } from './peek.ts';
import { completeThrough, type ShardStatus, shardStatus } from './shard.ts';

/** What a reader of the stream has handled of a shard, and what stands there past it. */
export interface ShardLook {
  readonly shardId: string;
  readonly checkpoint: CheckpointItem | undefined;
  readonly peek: Peek;
}

/** How far one reader of the stream is. */
export interface ReaderProgress {
  readonly shards: readonly ShardStatus[];
  /** Arrival time up to which it has handled every shard, milliseconds since the epoch. */
  readonly completeThroughMs: number;
  /** When the last look at a shard was over, milliseconds since the epoch. */
  readonly lookedMs: number;
}

/** Lambda closes a window whose shard falls silent up to two minutes late. */
const lateClosingMsMax = 2 * 60_000;
/** On top of everything that is foreseen: an invocation and its retries may take this long before anyone need worry. */
const patienceMs = 2 * 60_000;

/** How long a record may rest in the state of a window before it is written, in milliseconds. */
export function windowRestMs(seconds: number): number {
  return seconds * 1000 + lateClosingMsMax;
}

/**
 * Puts the looks at a stream's shards together. `lookedMs`: after the last of them, so that whatever waits was on the stream by then. `restMs`: how long
 * a record may wait for the reader although all is well, in its batching window or in a window's state.
 */
export function readerProgress(looks: readonly ShardLook[], lookedMs: number, restMs: number): ReaderProgress {
  const shards = looks.map(({ shardId, checkpoint, peek }) =>
    shardStatus({
      ...{ shardId, peek, nowMs: lookedMs, stalledLagMs: restMs + patienceMs },
      ...(checkpoint === undefined ? {} : { checkpoint }),
    }),
  );
  return { shards, completeThroughMs: completeThrough(shards, lookedMs), lookedMs };
}

/** How far a reader is behind what is on the stream, beyond the rest that it gives its records; 0 when it is not. Milliseconds. */
export function behindMs({ shards }: Pick<ReaderProgress, 'shards'>, restMs: number): number {
  // A shard that is searched still has no lag: what is not known is no trouble yet, and the next look goes on where this one stood.
  return Math.max(0, ...shards.map(({ lagMs }) => lagMs - restMs));
}
