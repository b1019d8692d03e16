import type { CheckpointItem } from '../control/checkpoint.ts';
import type { Peek } from './peek.ts';

/** How far one reader of the stream is with one shard. */
export interface ShardStatus {
  readonly shardId: string;
  /**
   * `idle`: everything is counted. `counting`: records wait, not for long, or rest in an open window. `stalled`: they wait too long. `closed`:
   * resharded and wholly counted. `unknown`: Kinesis did not say whether records wait.
   */
  readonly state: 'idle' | 'counting' | 'stalled' | 'closed' | 'unknown';
  /** Events a second in the last batch; 0 when the last batch is long past. */
  readonly ratePerSecond: number;
  /** How long the oldest uncounted record has been on the stream, in milliseconds. */
  readonly lagMs: number;
  /** Arrival time up to which the shard is counted; undefined: nothing holds it back, it is complete up to now. */
  readonly completeThroughMs?: number;
  /** Arrival of the last counted record; undefined before the first. */
  readonly lastArrivalMs?: number;
}

export interface ShardFacts {
  readonly shardId: string;
  readonly checkpoint?: CheckpointItem;
  /** What stands on the shard after the checkpoint. */
  readonly peek: Peek;
  readonly nowMs: number;
  /** From how much lag on a shard counts as stalled, milliseconds. */
  readonly stalledLagMs: number;
}

/** A rate is shown while it may still hold: for so long, or until the shard would be stalled. */
const rateMsMax = 5 * 60_000;

/** What the checkpoint and a look past it say of a shard. A checkpoint alone cannot tell an idle shard from a stalled one. */
export function shardStatus(facts: ShardFacts): ShardStatus {
  const { shardId, checkpoint, peek, nowMs } = facts;
  const base = {
    shardId,
    ratePerSecond: rateOf(checkpoint, nowMs, Math.max(rateMsMax, facts.stalledLagMs)),
    lagMs: 0,
    ...(checkpoint === undefined ? {} : { lastArrivalMs: checkpoint.ArrivalMs }),
  };
  switch (peek.kind) {
    case 'drained':
      return { ...base, state: 'closed', ratePerSecond: 0 };
    case 'empty':
      return { ...base, state: 'idle' };
    case 'unknown':
      return {
        ...base,
        state: 'unknown',
        completeThroughMs: Math.max(checkpoint?.ArrivalMs ?? 0, nowMs - peek.behindMs),
      };
    case 'waiting': {
      const lagMs = Math.max(0, nowMs - peek.arrivalMs);
      const state = lagMs > facts.stalledLagMs ? 'stalled' : 'counting';
      return { ...base, state, lagMs, completeThroughMs: peek.arrivalMs };
    }
  }
}

function rateOf(checkpoint: CheckpointItem | undefined, nowMs: number, ageMsMax: number): number {
  if (checkpoint === undefined || nowMs - checkpoint.ArrivalMs > ageMsMax) return 0;
  const spanMs = checkpoint.ArrivalMs - checkpoint.PreviousArrivalMs;
  // The first batch has no other before it, and arrival times may go backwards.
  return spanMs > 0 ? (checkpoint.Received * 1000) / spanMs : 0;
}

/** The arrival time up to which every shard is counted: the least of what holds them back, or now. */
export function completeThrough(shards: readonly ShardStatus[], nowMs: number): number {
  return shards.reduce((least, { completeThroughMs = nowMs }) => Math.min(least, completeThroughMs), nowMs);
}
