import type { RunLock } from '@tidemark/core/replay/lock';
import { abort, letGo, release } from '@tidemark/core/replay/lock';
import type { RunItem } from '@tidemark/core/replay/run';
import type { CorrectCall } from '@tidemark/core/replay/switch-steps';
import type { WatchdogFinding } from '@tidemark/core/replay/watchdog';
import { cleanupOf, correctionLeft } from '@tidemark/core/replay/watchdog';
import type { Lambda } from '../aws/lambda.ts';
import type { Pipes } from '../aws/pipes.ts';
import type { StepFunctions } from '../aws/states.ts';
import type { ControlTable } from '../runs/control-table.ts';

export interface Cleaner {
  readonly lambda: Lambda;
  readonly pipes: Pipes;
  readonly states: StepFunctions;
  /** Name of the function that does the steps of runs. */
  readonly stepsFunction: string;
}

/** What there is to do one after the other, at most: abort, enable, end. */
const stepsMax = 5;
/** An execution in these states goes on by itself, or is to be set going again by somebody. */
const goesOn = ['RUNNING', 'PENDING_REDRIVE'];

/**
 * Looks at the lock of one source, and does what is left to do for a run whose execution has stopped. Undefined where no run has the lock. Two at
 * once, or one after the other, come to the same: every step says itself whether it was done.
 */
export async function cleanUp(
  source: string,
  control: ControlTable,
  cleaner: Cleaner,
  signal: AbortSignal,
): Promise<WatchdogFinding | undefined> {
  const { lambda, states } = cleaner;
  let { Lock: lock } = await control.timeline();
  if (lock === undefined) return undefined;
  const { Run: run, Execution } = lock;
  const status = await states.status(Execution, signal);
  if (goesOn.includes(status)) return { source, run, outcome: 'running' };
  // Read again: the run may have come to its own end meanwhile, and its execution with it.
  ({ Lock: lock } = await control.timeline());
  for (let step = 0; step < stepsMax && lock?.Run === run; step += 1) {
    const cleanup = cleanupOf(lock, status, Date.now());
    if (cleanup.kind === 'wait') return { source, run, outcome: 'waiting' };
    if (cleanup.kind === 'end')
      return end(source, control, lock, { outcome: cleanup.outcome, status }, cleaner, signal);
    if (cleanup.kind === 'enable') {
      for (const { Mapping } of cleanup.held) await lambda.enableMapping(Mapping, signal);
      await control.change((item) => letGo(item, run));
      await control.setRun(run, {}, { HeldUntilMs: Date.now() });
    } else {
      // A switch may win: then the next look finds it.
      await control.tryToChange((item) => abort(item, run, Date.now()));
    }
    ({ Lock: lock } = await control.timeline());
  }
  return { source, run, outcome: lock?.Run === run ? 'waiting' : 'released' };
}

interface Ending {
  readonly outcome: 'cancelled' | 'aborted' | 'switched' | 'undone';
  /** In the word of Step Functions. */
  readonly status: string;
}

async function end(
  source: string,
  control: ControlTable,
  lock: RunLock,
  { outcome, status }: Ending,
  cleaner: Cleaner,
  signal: AbortSignal,
): Promise<WatchdogFinding> {
  const { pipes } = cleaner;
  const { Run: run, Pipe } = lock;
  if (Pipe !== undefined && !(await pipes.remove(Pipe, signal))) return { source, run, outcome: 'pipe' };
  const noted = await control.run(run);
  if (
    noted !== undefined &&
    lock.Stage === 'switched' &&
    (await isCorrecting(source, control, lock, noted, cleaner, signal))
  ) {
    return { source, run, outcome: 'correcting' };
  }
  // Without an item the run never came to write one: there is nobody to tell.
  if (noted !== undefined) {
    const ended = { Outcome: outcome, EndedMs: Date.now(), Error: `execution stopped: ${status}` };
    await control.setRun(run, { Phase: 'ended' }, ended);
  }
  await control.change((item) => release(item, run));
  return { source, run, outcome: 'released' };
}

/** Has what a switch changed put into CloudWatch: by the step that does it, which goes on where it stood. False where nothing is left to put. */
async function isCorrecting(
  source: string,
  control: ControlTable,
  lock: RunLock,
  item: RunItem,
  { lambda, stepsFunction }: Cleaner,
  signal: AbortSignal,
): Promise<boolean> {
  const { Run: run } = lock;
  const nowMs = Date.now();
  const left = correctionLeft(item, lock, nowMs);
  if (left === 'due' && item.Settings !== undefined && (await control.beginCorrecting(run, nowMs))) {
    const call: CorrectCall = { op: 'correct', run, source, settings: item.Settings };
    await lambda.callLater(stepsFunction, call, signal);
  }
  return left !== 'none';
}
