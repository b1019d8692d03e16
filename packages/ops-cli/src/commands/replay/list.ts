import type { Command } from 'commander';
import { Option } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { exitCodes } from '../../failure.ts';
import { wholeNumber } from '../../option.ts';
import { withClients } from '../../replay/clients.ts';
import { runJson } from '../../replay/json.ts';
import { renderRuns } from '../../replay/list-text.ts';
import { newestRuns } from '../../replay/runs.ts';
import { chooseSource } from '../../target.ts';

interface ListRunsOptions {
  readonly source?: string;
  readonly limit?: number;
}

const limitDefault = 20;
const limitMax = 1000;

export const listRunsCommand: TidemarkCommand<ListRunsOptions> = {
  define: (command: Command) =>
    command
      .description(
        'List the runs, the newest first: replays, verifications, backfills and undos. They are kept for ever.',
      )
      .option('--source <name>', 'only those of this source (default: every source)')
      .addOption(
        new Option('--limit <n>', `how many at most (default: ${limitDefault})`).argParser(wholeNumber(1, limitMax)),
      )
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --local replay list\n  $ tidemark --stage prod replay list --source web --json | jq ".runs[].outcome"',
      ),

  run: async ({ source: name, limit = limitDefault }, _args, { terminal, json, target: findTarget }) => {
    const target = await findTarget();
    const sources = name === undefined ? target.sources : [chooseSource(target, name)];
    const found = await withClients(target.client, ({ tables }) =>
      Promise.all(sources.map((source) => newestRuns(tables, source, limit))),
    );
    const runs = found.flat().sort((one, other) => (one.run < other.run ? 1 : -1));
    const shown = runs.slice(0, limit);
    if (json) terminal.write(`${JSON.stringify({ runs: shown.map(runJson) })}\n`);
    else if (shown.length === 0) terminal.note('There was no run yet.\n');
    else terminal.write(renderRuns(shown, await target.nowMs(), terminal.columns));
    return exitCodes.fine;
  },
};
