import type { BegunAnswer, ContiguousCall } from '@tidemark/core/replay/recount-steps';
import type { Contiguity, TailShard } from '@tidemark/core/replay/tail';
import { contiguityOf } from '@tidemark/core/replay/tail';
import type { Fence } from '@tidemark/core/series/sequence';
import { StepFailure } from '../runs/failure.ts';
import { waitFor } from './begun.ts';
import type { KnownShard } from './shards.ts';
import { furthestOf, knownShards } from './shards.ts';
import type { Step } from './step.ts';
import { standingRun } from './step.ts';

/** Whether the tail from the stream meets the archive on every shard. Throws `TailGap` where it does not, with the shard and the arrival. */
export async function contiguous(step: Step<ContiguousCall>): Promise<BegunAnswer> {
  const { call, control, nowMs } = step;
  const run = await standingRun(step);
  const { FirstMs = 0, ArchiveEnd = {} } = run.item;
  await control.setRun(call.run, { Phase: 'recounting' }, { RecountingMs: nowMs });
  const shards = await knownShards(step, run, (recount) => recount?.StreamFirstSequence !== undefined);
  const stateOf = (shard: KnownShard): Contiguity => contiguityOf(tailShard(shard, ArchiveEnd[shard.shardId]), FirstMs);
  const gap = shards.find((shard) => stateOf(shard) === 'gap');
  if (gap !== undefined) throw gapOf(gap, ArchiveEnd[gap.shardId]);
  const waiting = shards.filter((shard) => stateOf(shard) === 'waiting');
  if (waiting.length > 0) return waitFor(step, run, shards, waiting);
  return { begun: true, firstMs: FirstMs, waiting: [], waitSeconds: 0 };
}

function tailShard({ shardId, live, recount, isEmpty }: KnownShard, archiveEnd: Fence | undefined): TailShard {
  const furthest = furthestOf(live);
  const [liveFirst] = Object.values(live)
    .map(({ FirstSequence = '' }) => FirstSequence)
    .toSorted();
  return {
    shardId,
    ...(archiveEnd === undefined ? {} : { archiveEnd }),
    ...(recount?.StreamFirstSequence === undefined ? {} : { streamFirst: recount.StreamFirstSequence }),
    ...(furthest === undefined ? {} : { live: furthest }),
    ...(liveFirst === undefined ? {} : { liveFirst }),
    ...(isEmpty === undefined ? {} : { isEmpty }),
  };
}

function gapOf({ shardId, recount }: KnownShard, archiveEnd: Fence | undefined): StepFailure {
  const ends = archiveEnd === undefined ? 'was never archived' : `is archived up to record ${archiveEnd}`;
  const arrivalMs = recount?.StreamFirstArrivalMs;
  const begins =
    arrivalMs === undefined
      ? 'the stream holds nothing of it any more'
      : `the stream begins with what arrived at ${new Date(arrivalMs).toISOString()}`;
  return new StepFailure('TailGap', `${shardId} ${ends}, and ${begins}: what lies between may be lost`);
}
