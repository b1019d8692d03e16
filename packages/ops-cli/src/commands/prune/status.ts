import type { Command } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { parseRun } from '../../replay/runs.ts';
import { type ShowOptions, showRun } from '../../replay/show-run.ts';

export const pruneStatusCommand: TidemarkCommand<Pick<ShowOptions, 'source' | 'follow'>> = {
  define: (command: Command) =>
    command
      .description(
        'Show a prune or a restore: how far it is, or how it ended and what it did. Without RUN: the one that goes on, or the newest.',
      )
      .argument('[run]', 'the id of a run, as prune list shows it', parseRun)
      .option('--follow', 'stay until it has ended; Ctrl-C leaves it going')
      .option('--source <name>', 'the source to look in (default: every source)')
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --local prune status --follow\n  $ tidemark --stage prod prune status 20261120T033000Z-0a1b2c3d --json | jq .pruned\n\nExit codes: 0 it goes on or ended well, 1 it failed or was cancelled.',
      ),

  run: (options, [run], context) => showRun(options, run, 'prune', context),
};
