import { furthestBehindMs, isNear } from '@tidemark/core/replay/progress';
import type { ProgressAnswer, ProgressCall } from '@tidemark/core/replay/recount-steps';
import { earliestMs } from '@tidemark/core/replay/timeline';
import { advance } from './advance.ts';
import { knownShards } from './shards.ts';
import type { Step } from './step.ts';
import { standingRun } from './step.ts';
import { assertWhole, lookWhole } from './whole.ts';

/** Whether the recount is near the tip of every shard. */
export async function progress(step: Step<ProgressCall>): Promise<ProgressAnswer> {
  const run = await standingRun(step);
  await step.control.setRun(step.call.run, { Phase: 'recounting' });
  const known = await knownShards(step, run);
  assertWhole(await lookWhole(step, run, known), run.item.FirstMs ?? earliestMs);
  const { shards, waitSeconds } = await advance(step, run, known);
  const near = isNear(shards);
  const behindMs = furthestBehindMs(shards);
  return {
    near,
    waitSeconds: near ? 0 : waitSeconds,
    ...(Number.isFinite(behindMs) ? { behindMs } : {}),
  };
}
