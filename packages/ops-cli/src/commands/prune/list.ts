import type { TidemarkCommand } from '../../command.ts';
import { type ListOptions, listRuns, withListOptions } from '../../replay/list-runs.ts';

export const listPrunesCommand: TidemarkCommand<ListOptions> = {
  define: (command) =>
    withListOptions(
      command.description(
        'List the prunes and restores, by hand and nightly, the newest first. They are kept for ever.',
      ),
    ).addHelpText(
      'after',
      '\nExamples:\n  $ tidemark --local prune list\n  $ tidemark --stage prod prune list --source web --json | jq ".runs[].outcome"',
    ),

  run: (options, _args, context) => listRuns(options, 'prune', context),
};
