import type { StreamConsumer } from '../control/keys.ts';
import type { ShardBeginning } from './first-bucket.ts';

/** A shard, as the poll sees it that waits for the recount's beginning. */
export interface BeginningLook extends ShardBeginning {
  /** Whether a look from the pipe's start found no record. Needed where `recount` is absent: without it the shard is waited for. */
  readonly isEmpty?: boolean;
}

/** What is waited for, of a shard. */
export type Beginning = 'begun' | 'recount' | 'live';

/** Live counting may be just about to count a shard that the recount has begun. So long it is waited for, in milliseconds. */
export const liveWaitMsMax = 10 * 60_000;

/**
 * Whether the recount has begun with a shard: it has handled a record of it, or there is none. Where a consumer has no checkpoint of it
 * yet, that is waited for `liveWaitMsMax` after `sinceMs`; then the shard counts as one that Tidemark saw before.
 */
export function beginningOf(
  shard: BeginningLook,
  consumers: readonly StreamConsumer[],
  sinceMs: number,
  nowMs: number,
): Beginning {
  if (shard.recount === undefined) return shard.isEmpty === true ? 'begun' : 'recount';
  const isLiveMissing = consumers.some((consumer) => shard.live[consumer] === undefined);
  return isLiveMissing && nowMs - sinceMs < liveWaitMsMax ? 'live' : 'begun';
}
