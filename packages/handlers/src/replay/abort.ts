import { decisionsCacheMs } from '@tidemark/core/limits';
import { abort } from '@tidemark/core/replay/lock';
import type { AbortAnswer, AbortCall } from '@tidemark/core/replay/steps';
import { stepErrors } from '@tidemark/core/replay/steps';
import { lateCallMsMax } from '@tidemark/core/replay/watchdog';
import { failureOf } from './failure.ts';
import type { Step } from './step.ts';
import { marginSeconds } from './switch.ts';

/** After a failure: tries to abort before a switch, and tells what is left to do. */
export async function abortRun({ call, control, nowMs }: Step<AbortCall>): Promise<AbortAnswer> {
  const { run, error } = call;
  const change = await control.tryToChange((item) => abort(item, run, nowMs));
  const { Lock } = change.ok ? change.item : await control.timeline();
  if (Lock?.Run !== run) return { aborted: false, switched: false, held: [], waitSeconds: 0 };
  if (!change.ok && change.refusal.kind !== 'switched') throw failureOf(change.refusal);
  if (error !== undefined && (await control.run(run)) !== undefined) {
    await control.setRun(run, { Phase: 'cleaning up' }, { Error: `${error.name}: ${error.cause}` });
  }
  const left = { held: Lock.Held ?? [], ...(Lock.Pipe === undefined ? {} : { pipe: Lock.Pipe }) };
  // As long as after a switch: whoever made it may have had no time to wait.
  const knownSeconds = decisionsCacheMs / 1000 + marginSeconds;
  if (!change.ok) return { aborted: false, switched: true, waitSeconds: knownSeconds, ...left };
  return { aborted: true, switched: false, waitSeconds: lateSeconds(error?.name), ...left };
}

/** What a step has answered with an error of its own ended there. Of anything else, a call to a mapping or a pipe may still be on its way. */
function lateSeconds(error: string | undefined): number {
  return (stepErrors as readonly (string | undefined)[]).includes(error) ? 0 : lateCallMsMax / 1000;
}
