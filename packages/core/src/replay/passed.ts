import type { Fence } from '../series/sequence.ts';

/** A shard while live counting is held. */
export interface HeldShard {
  readonly shardId: string;
  /** The furthest live checkpoint of the shard, read when it was held and drained. */
  readonly live: Fence;
  /** The recount's checkpoint. */
  readonly recount?: Fence;
  /**
   * The first record that a look from the pipe's start finds: a decimal as a fence; `none` where the shard holds no such record or has left the
   * stream. Needed where `recount` is absent. What arrived before the pipe's start nobody waits for: it cannot lie in a bucket that is wanted.
   */
  readonly first?: Fence | 'none';
}

/** So long the recount may take to pass what live counting had handled, in milliseconds since live counting was drained: readers must not wait longer. */
export const passMsMax = 15 * 60_000;

/** The shards on which the recount has not handled yet all that live counting had. None of them: it has passed. */
export function notPassed(shards: readonly HeldShard[]): string[] {
  return shards.filter((shard) => !hasPassed(shard)).map(({ shardId }) => shardId);
}

/** Where the recount never began, there must be nothing for it that live counting had handled: a trim horizon that lies past it, or a shard that was idle since the pipe's start. */
function hasPassed({ live, recount, first }: HeldShard): boolean {
  if (recount !== undefined) return recount >= live;
  return first !== undefined && (first === 'none' || first > live);
}
