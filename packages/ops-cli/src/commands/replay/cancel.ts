import type { Command } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { askToCancel, type CancelOptions } from '../../replay/ask-to-cancel.ts';
import { parseRun } from '../../replay/runs.ts';

export const cancelRunCommand: TidemarkCommand<CancelOptions> = {
  define: (command: Command) =>
    command
      .description(
        'End a run that has not switched. Counting goes on, its pipe is removed, and the counts stay as they are. Asks first.',
      )
      .argument('<run>', 'the id of the run', parseRun)
      .option('--source <name>', 'the source of the run (default: whichever has it)')
      .option('--yes', 'do not ask')
      .addHelpText('after', '\nExample:\n  $ tidemark --stage prod replay cancel 20261120T091500Z-0a1b2c3d'),

  run: (options, [run = ''], context) => askToCancel(options, run, context),
};
