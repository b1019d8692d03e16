import { decisionsCacheMs } from '@tidemark/core/limits';
import type { RunLock } from '@tidemark/core/replay/lock';
import { abort } from '@tidemark/core/replay/lock';
import type { RunItem } from '@tidemark/core/replay/run';
import { stepErrors } from '@tidemark/core/replay/step-errors';
import type { AbortAnswer, AbortCall } from '@tidemark/core/replay/switch-steps';
import { lateCallMsMax, quietSeconds } from '@tidemark/core/replay/watchdog';
import { failureOf } from '../runs/failure.ts';
import type { Step } from './step.ts';
import { marginSeconds } from './switch.ts';

/** After a failure: tries to abort before a switch, and tells what is left to do. */
export async function abortRun({ call, control, nowMs }: Step<AbortCall>): Promise<AbortAnswer> {
  const { run, error } = call;
  const change = await control.tryToChange((item) => abort(item, run, nowMs));
  const { Lock } = change.ok ? change.item : await control.timeline();
  if (Lock?.Run !== run) return { aborted: false, switched: false, held: [], waitSeconds: 0 };
  if (!change.ok && change.refusal.kind !== 'switched') throw failureOf(change.refusal);
  const noted = await control.run(run);
  if (error !== undefined && noted !== undefined) {
    await control.setRun(run, { Phase: 'cleaning up' }, { Error: `${error.name}: ${error.cause}` });
  }
  const left = { held: Lock.Held ?? [], ...(Lock.Pipe === undefined ? {} : { pipe: Lock.Pipe }) };
  // As long as after a switch: whoever made it may have had no time to wait.
  const knownSeconds = decisionsCacheMs / 1000 + marginSeconds;
  if (!change.ok) return { aborted: false, switched: true, waitSeconds: knownSeconds, ...left };
  return { aborted: true, switched: false, waitSeconds: lateSeconds(error?.name, Lock, noted, nowMs), ...left };
}

/**
 * What a step has answered with an error of its own ended there, but for a call that made the pipe and was given up. Of anything else, a call to a mapping or
 * a pipe may still be on its way.
 */
function lateSeconds(error: string | undefined, { Pipe }: RunLock, noted: RunItem | undefined, nowMs: number): number {
  const isAnswer = (stepErrors as readonly (string | undefined)[]).includes(error);
  if (!isAnswer) return lateCallMsMax / 1000;
  return Pipe === undefined ? 0 : quietSeconds(noted?.RecountingMs, nowMs);
}
