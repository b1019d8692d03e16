import type { Context } from '../command.ts';
import { exitCodes, Failure } from '../failure.ts';
import { printable } from '../render.ts';
import { commandOf, type Target } from '../target.ts';
import type { Clients } from './clients.ts';
import { exitCodeOf, headingOf, plainError, readEnding } from './ending.ts';
import { renderEnding } from './ending-text.ts';
import { followRun } from './follow.ts';
import { endedJson } from './json.ts';
import type { FoundRun } from './runs.ts';
import { type RunPlace, type RunView, stateOf } from './view.ts';

/** Follows a run to its end and shows how it ended; Ctrl-C leaves it going. Returns the exit code. */
export async function followToEnd(
  { terminal, json }: Context,
  target: Target,
  clients: Clients,
  place: RunPlace,
): Promise<number> {
  const { source, run, family } = place;
  const back = `${commandOf(target)} ${family} status ${run} --source ${source.name} --follow`;
  const reach = { ...clients, nowMs: () => target.nowMs() };
  const followed = await followRun(reach, place, terminal, target.endpoint !== undefined).catch((error: unknown) => {
    terminal.note(`It can no longer be followed; run ${run} goes on by itself. Come back with:\n  ${back}\n`);
    throw error;
  });
  if (followed.kind === 'left') {
    terminal.note(`\nRun ${run} goes on. Come back with:\n  ${back}\n`);
    if (json) terminal.write(`${JSON.stringify({ run, source: source.name, interrupted: true })}\n`);
    return exitCodes.interrupted;
  }
  return showEnd(foundOf(followed.view), { terminal, json }, target, clients);
}

/** Shows how a run ended, with what its report says. */
export async function showEnd(
  found: FoundRun,
  { terminal, json }: Pick<Context, 'terminal' | 'json'>,
  target: Target,
  clients: Clients,
): Promise<number> {
  const ending = await readEnding(clients.objects, found);
  terminal.write(
    json ? `${JSON.stringify(endedJson(found, ending))}\n` : renderEnding(found, ending, target, terminal),
  );
  return exitCodeOf(found);
}

/** Throws a Failure for a run that was refused, and for one that nobody has cleaned up. */
function foundOf(view: RunView): FoundRun {
  const { source, run, item, execution } = view;
  const state = stateOf(view);
  if (item === undefined) throw new Failure(refusalOf(view));
  if (state === 'ended') return { source, run, item };
  throw new Failure(
    `The execution of run ${run} ended (${execution?.status ?? 'unknown'}), and its lock was not released. What it held may still be held: see docs/operating/runbook.md, "Replay: the lock is not released"`,
  );
}

/** A run that never began: another has the lock, or what was asked for cannot be done. */
export function refusalOf({ run, execution, family }: RunView): string {
  if (execution === undefined) return `there is no run ${run}`;
  const cause = execution.cause === undefined ? undefined : plainError(execution.cause);
  const help = `\nSee docs/operating/runbook.md, "${headingOf(execution.error, family)}".`;
  return `Run ${run} was refused, and nothing was touched: ${printable(cause ?? execution.error ?? execution.status)}${help}`;
}
