import type { Command } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { declined, requireAnswer } from '../../confirm.ts';
import { exitCodes } from '../../failure.ts';
import { cancelRun, requireCancellable } from '../../replay/cancel.ts';
import { withClients } from '../../replay/clients.ts';
import { showEnd } from '../../replay/follow-to-end.ts';
import { parseRun, requireRun } from '../../replay/runs.ts';
import type { RunOptions } from '../../replay/start-run.ts';
import { chooseSource, requireWorkflows } from '../../target.ts';

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
    const sources = options.source === undefined ? target.sources : [chooseSource(target, options.source)];
    return withClients(target.client, async (clients) => {
      const found = await requireRun(target, clients.tables, sources, run);
      await requireCancellable(target, clients, found);
      const question = `${found.source.name}: ${found.item.Kind} ${run} is ${found.item.Phase}. Cancel it?`;
      const refusal = await declined(question, options, context);
      if (refusal !== undefined) return refusal;
      const ended = await cancelRun({ target, clients, watchdog, terminal: context.terminal }, found);
      if (ended === undefined) return exitCodes.interrupted;
      await showEnd(ended, context, target, clients);
      return exitCodes.fine;
    });
  },
};
