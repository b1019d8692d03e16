import type { AbortAnswer, AbortCall } from '@tidemark/core/prune/steps';
import { pruneErrors } from '@tidemark/core/prune/steps';
import { abort } from '@tidemark/core/replay/lock';
import type { RunItem } from '@tidemark/core/replay/run';
import { lateCallMsMax } from '@tidemark/core/replay/watchdog';
import type { Step } from './step.ts';

/** After a failure: tries to abort, so that whatever of the run is still on its way stops, and tells how long that takes. */
export async function abortRun({ call, control, nowMs }: Step<AbortCall>): Promise<AbortAnswer> {
  const { run, error } = call;
  const change = await control.tryToChange((item) => abort(item, run, nowMs));
  // There is no switch that could have won: what is refused has no lock.
  if (!change.ok) return { aborted: false, waitSeconds: 0 };
  const noted = await control.run(run);
  if (error !== undefined && noted !== undefined) {
    await control.setRun(run, { Phase: 'cleaning up' }, { Error: `${error.name}: ${error.cause}` });
  }
  return { aborted: true, waitSeconds: mayBeUnderWay(noted, error?.name) ? lateCallMsMax / 1000 : 0 };
}

/** Before the map a step that has answered with an error of its own has ended there; of children others may go on, and of anything else a call may. */
function mayBeUnderWay(noted: RunItem | undefined, error: string | undefined): boolean {
  const isAnswer = (pruneErrors as readonly (string | undefined)[]).includes(error);
  const isBeforeMap = noted?.Phase === 'preparing' || noted?.Phase === 'waiting for the floor';
  return !isAnswer || !isBeforeMap;
}
