import type { TidemarkCommand } from '../../command.ts';
import { type ListOptions, listRuns, withListOptions } from '../../replay/list-runs.ts';

export const listRunsCommand: TidemarkCommand<ListOptions> = {
  define: (command) =>
    withListOptions(
      command.description(
        'List the runs, the newest first: replays, verifications, backfills and undos. They are kept for ever.',
      ),
    ).addHelpText(
      'after',
      '\nExamples:\n  $ tidemark --local replay list\n  $ tidemark --stage prod replay list --source web --json | jq ".runs[].outcome"',
    ),

  run: (options, _args, context) => listRuns(options, 'replay', context),
};
