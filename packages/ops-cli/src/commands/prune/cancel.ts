import type { Command } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { askToCancel, type CancelOptions } from '../../replay/ask-to-cancel.ts';
import { parseRun } from '../../replay/runs.ts';

export const cancelPruneCommand: TidemarkCommand<CancelOptions> = {
  define: (command: Command) =>
    command
      .description(
        'End a prune or a restore. What it has deleted is in its exports, and what it has brought back is there; the floor of a prune stays where it is. The next one goes on from there. Asks first.',
      )
      .argument('<run>', 'the id of the run', parseRun)
      .option('--source <name>', 'the source of the run (default: whichever has it)')
      .option('--yes', 'do not ask')
      .addHelpText('after', '\nExample:\n  $ tidemark --stage prod prune cancel 20261120T033000Z-0a1b2c3d'),

  run: (options, [run = ''], context) => askToCancel(options, run, context),
};
