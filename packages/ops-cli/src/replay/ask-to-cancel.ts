import type { Context } from '../command.ts';
import { type Confirmation, declined, requireAnswer } from '../confirm.ts';
import { exitCodes, Failure } from '../failure.ts';
import { requireWorkflows, type Target } from '../target.ts';
import { cancelRun, requireCancellable } from './cancel.ts';
import { type Clients, withClients } from './clients.ts';
import { refusalOf, showEnd } from './follow-to-end.ts';
import { placeOfRun } from './place.ts';
import type { FoundRun } from './runs.ts';
import { lookAtRun, type RunPlace, stateOf } from './view.ts';

export interface CancelOptions extends Confirmation {
  readonly source?: string;
}

/** Asks, ends a run of whatever family that can still be ended, and shows how it ended. Returns the exit code. */
export async function askToCancel(options: CancelOptions, run: string, context: Context): Promise<number> {
  requireAnswer(options, context);
  const target = await context.target();
  const { watchdog } = requireWorkflows(target);
  return withClients(target.client, async (clients) => {
    const found = await requirePrepared(clients, await placeOfRun(target, clients, options.source, run), target);
    await requireCancellable(target, clients, found);
    const question = `${found.source.name}: ${found.item.Kind} ${run} is ${found.item.Phase}. Cancel it?`;
    const refusal = await declined(question, options, context);
    if (refusal !== undefined) return refusal;
    const ended = await cancelRun({ target, clients, watchdog, terminal: context.terminal }, found);
    if (ended === undefined) {
      const left = { run, source: found.source.name, interrupted: true };
      if (context.json) context.terminal.write(`${JSON.stringify(left)}\n`);
      return exitCodes.interrupted;
    }
    await showEnd(ended, context, target, clients);
    return exitCodes.fine;
  });
}

/** Throws a Failure for a run that was refused, and for one that has not written yet that it goes on. */
async function requirePrepared(clients: Clients, place: RunPlace, target: Target): Promise<FoundRun> {
  const view = await lookAtRun({ ...clients, nowMs: () => target.nowMs() }, place);
  const { source, run, item } = view;
  if (item !== undefined) return { source, run, item };
  throw new Failure(
    stateOf(view) === 'refused' ? refusalOf(view) : `Run ${run} is only beginning. Cancel it again in a few seconds.`,
  );
}
