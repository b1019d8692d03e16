import type { ShardProgress } from '@tidemark/core/replay/progress';
import { isStalled, pauseSeconds, progressOf } from '@tidemark/core/replay/progress';
import type { RunItem } from '@tidemark/core/replay/run';
import type { StepCall } from '@tidemark/core/replay/steps';
import { StepFailure } from '../runs/failure.ts';
import type { KnownShard } from './shards.ts';
import { progressOfShard } from './shards.ts';
import type { StandingRun, Step } from './step.ts';

const cutOffSeconds = 5;

interface Advance {
  readonly shards: readonly ShardProgress[];
  readonly waitSeconds: number;
}

/** Writes down how far the recount is, and says how long to wait before the next look. Throws `Stalled` where it does not move any more. */
export async function advance(
  { call, control, nowMs }: Step<StepCall>,
  { item }: StandingRun,
  known: readonly KnownShard[],
): Promise<Advance> {
  const shards = known.map(progressOfShard);
  const before = progressBefore(item);
  const now = progressOf(shards, before, nowMs);
  if (isStalled(now, nowMs)) {
    const since = new Date(now.MovedMs).toISOString();
    throw new StepFailure('Stalled', `the recount has not moved since ${since}, though records wait`);
  }
  await control.setRun(call.run, { ...now, Shards: shards.length });
  return { shards, waitSeconds: known.some(isCutOff) ? cutOffSeconds : pauseSeconds(now, before) };
}

/** Whether a look at the shard has to go on: the place where it stands is forgotten after five minutes. */
function isCutOff({ recount, isEmpty }: KnownShard): boolean {
  return recount === undefined && isEmpty === undefined;
}

function progressBefore({ Progress, ProgressMs, MovedMs }: RunItem) {
  return Progress === undefined || ProgressMs === undefined || MovedMs === undefined
    ? undefined
    : { Progress, ProgressMs, MovedMs };
}
