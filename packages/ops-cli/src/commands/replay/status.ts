import type { Command } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { parseRun } from '../../replay/runs.ts';
import { type ShowOptions, showRun } from '../../replay/show-run.ts';

export const runStatusCommand: TidemarkCommand<ShowOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Show a run: how far it is, or how it ended and what it found. Without RUN: the one that goes on, or the newest.',
      )
      .argument('[run]', 'the id of a run, as replay list shows it', parseRun)
      .option('--follow', 'stay until it has ended; Ctrl-C leaves it going')
      .option('--differences', 'print everything that differs or could not be decided, one a line')
      .option('--source <name>', 'the source to look in (default: every source)')
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --local replay status --follow\n  $ tidemark --stage prod replay status 20261120T091500Z-0a1b2c3d --differences --json | jq .name\n\nExit codes: 0 it goes on or ended well, 1 it failed or was cancelled,\n3 a verification found differences.',
      ),

  run: (options, [run], context) => showRun(options, run, 'replay', context),
};
