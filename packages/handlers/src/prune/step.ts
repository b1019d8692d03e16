import type { PruneSettings } from '@tidemark/core/prune/settings';
import type { StepCall } from '@tidemark/core/prune/steps';
import { standing } from '@tidemark/core/replay/lock';
import type { RunItem } from '@tidemark/core/replay/run';
import type { TimelineItem } from '@tidemark/core/replay/timeline';
import type { DynamoDBBatches } from '../aws/dynamodb-batches.ts';
import type { S3 } from '../aws/s3.ts';
import type { S3Reading } from '../aws/s3-reading.ts';
import { failureOf, StepFailure } from '../runs/failure.ts';
import type { StepInvocation } from '../runs/step-handler.ts';

/** What every part of a step works with, whatever the step. */
export interface Invocation extends StepInvocation {
  readonly run: string;
  readonly settings: PruneSettings;
  readonly batches: DynamoDBBatches;
  readonly s3: S3;
  readonly exports: S3Reading;
}

/** One invocation of a step. */
export interface Step<Call extends StepCall> extends Invocation {
  readonly call: Call;
}

/** A run in the middle of it: its lock stands, and was not aborted. */
export interface StandingRun {
  readonly timeline: TimelineItem;
  readonly item: RunItem;
}

/** What every step makes sure of first. Throws a StepFailure where the run has lost the lock or was aborted. */
export async function standingRun(invocation: Invocation): Promise<StandingRun> {
  const timeline = await assertStanding(invocation);
  const item = await invocation.control.run(invocation.run);
  if (item === undefined) throw new StepFailure('BadCall', `run ${invocation.run} was not prepared`);
  return { timeline, item };
}

/** Asked again before anything that cannot be taken back. */
export async function assertStanding({ control, run }: Invocation): Promise<TimelineItem> {
  const timeline = await control.timeline();
  const refusal = standing(timeline, run);
  if (refusal !== undefined) throw failureOf(refusal);
  return timeline;
}
