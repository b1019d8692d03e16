import type { Command } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { declined, requireAnswer } from '../../confirm.ts';
import { exitCodes, Failure } from '../../failure.ts';
import { cancelRun, requireCancellable } from '../../replay/cancel.ts';
import { type Clients, withClients } from '../../replay/clients.ts';
import { refusalOf, showEnd } from '../../replay/follow-to-end.ts';
import { placeOfRun } from '../../replay/place.ts';
import { type FoundRun, parseRun } from '../../replay/runs.ts';
import type { RunOptions } from '../../replay/start-run.ts';
import { lookAtRun, type RunPlace, stateOf } from '../../replay/view.ts';
import { requireWorkflows, type Target } from '../../target.ts';

type CancelRunOptions = Pick<RunOptions, 'source' | 'yes'>;

export const cancelRunCommand: TidemarkCommand<CancelRunOptions> = {
  define: (command: Command) =>
    command
      .description(
        'End a run that has not switched. Counting goes on, its pipe is removed, and the counts stay as they are. Asks first.',
      )
      .argument('<run>', 'the id of the run', parseRun)
      .option('--source <name>', 'the source of the run (default: whichever has it)')
      .option('--yes', 'do not ask')
      .addHelpText('after', '\nExample:\n  $ tidemark --stage prod replay cancel 20261120T091500Z-0a1b2c3d'),

  run: async (options, [run = ''], context) => {
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
  },
};

/** Throws a Failure for a run that was refused, and for one that has not written yet that it goes on. */
async function requirePrepared(clients: Clients, place: RunPlace, target: Target): Promise<FoundRun> {
  const view = await lookAtRun({ ...clients, nowMs: () => target.nowMs() }, place);
  const { source, run, item } = view;
  if (item !== undefined) return { source, run, item };
  throw new Failure(
    stateOf(view) === 'refused' ? refusalOf(view) : `Run ${run} is only beginning. Cancel it again in a few seconds.`,
  );
}
