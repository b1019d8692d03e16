import { release } from '@tidemark/core/replay/lock';
import type { FinishAnswer, FinishCall } from '@tidemark/core/replay/switch-steps';
import { failureOf, StepFailure } from '../runs/failure.ts';
import type { Step } from './step.ts';

/** Writes how the run ended, then releases the lock. What was written first holds. */
export async function finish({ call, control, nowMs }: Step<FinishCall>): Promise<FinishAnswer> {
  const { run, outcome, error } = call;
  if ((await control.run(run)) === undefined) throw new StepFailure('OutOfTurn', `run ${run} was not prepared`);
  // Before the run says that it has ended.
  const ends = release(await control.timeline(), run);
  if (!ends.ok) throw failureOf(ends.refusal);
  await control.setRun(
    run,
    { Phase: 'ended' },
    {
      Outcome: outcome,
      EndedMs: nowMs,
      ...(error === undefined ? {} : { Error: `${error.name}: ${error.cause}` }),
    },
  );
  await control.change((item) => release(item, run));
  return { outcome: (await control.run(run))?.Outcome ?? outcome };
}
