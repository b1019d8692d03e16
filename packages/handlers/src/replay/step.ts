import { standing } from '@tidemark/core/replay/lock';
import type { RunItem } from '@tidemark/core/replay/run';
import type { StepCall } from '@tidemark/core/replay/steps';
import type { TimelineItem } from '@tidemark/core/replay/timeline';
import type { CloudWatch } from '../aws/cloudwatch.ts';
import type { S3 } from '../aws/s3.ts';
import { failureOf, StepFailure } from '../runs/failure.ts';
import type { StepInvocation } from '../runs/step-handler.ts';

/** One invocation of a step, and what it works with. */
export interface Step<Call extends StepCall> extends StepInvocation {
  readonly call: Call;
  readonly s3: S3;
  readonly cloudwatch: CloudWatch;
}

/** A run in the middle of it: its lock stands, and was not aborted. */
export interface StandingRun {
  readonly timeline: TimelineItem;
  readonly item: RunItem;
  /** The generation that it counts into. */
  readonly generation: number;
}

/** What every step makes sure of first. Throws a StepFailure where the run has lost the lock or was aborted. */
export async function standingRun({ call, control }: Step<StepCall>): Promise<StandingRun> {
  const timeline = await control.timeline();
  const refusal = standing(timeline, call.run);
  if (refusal !== undefined) throw failureOf(refusal);
  const item = await control.run(call.run);
  if (item === undefined) throw new StepFailure('OutOfTurn', `run ${call.run} was not prepared`);
  return { timeline, item, generation: timeline.Lock?.Generation ?? 0 };
}
