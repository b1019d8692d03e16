import { type Command, Option } from 'commander';
import type { Context } from '../command.ts';
import { exitCodes } from '../failure.ts';
import { wholeNumber } from '../option.ts';
import { chooseSource } from '../target.ts';
import { withClients } from './clients.ts';
import type { RunFamily } from './family.ts';
import { runJson } from './json.ts';
import { renderRuns } from './list-text.ts';
import { newestRuns } from './runs.ts';

export interface ListOptions {
  readonly source?: string;
  readonly limit?: number;
}

const limitDefault = 20;
const limitMax = 1000;

export function withListOptions(command: Command): Command {
  return command
    .option('--source <name>', 'only those of this source (default: every source)')
    .addOption(
      new Option('--limit <n>', `how many at most (default: ${limitDefault})`).argParser(wholeNumber(1, limitMax)),
    );
}

/** Lists the newest runs of a family, the newest first. Returns the exit code. */
export async function listRuns(
  { source: name, limit = limitDefault }: ListOptions,
  family: RunFamily,
  { terminal, json, target: findTarget }: Context,
): Promise<number> {
  const target = await findTarget();
  const sources = name === undefined ? target.sources : [chooseSource(target, name)];
  const found = await withClients(target.client, ({ tables }) =>
    Promise.all(sources.map((source) => newestRuns(tables, source, family, limit))),
  );
  const runs = found.flat().sort((one, other) => (one.run < other.run ? 1 : -1));
  const shown = runs.slice(0, limit);
  if (json) terminal.write(`${JSON.stringify({ runs: shown.map(runJson) })}\n`);
  else if (shown.length === 0) terminal.note('There was no run yet.\n');
  else terminal.write(renderRuns(shown, family, await target.nowMs(), terminal.columns));
  return exitCodes.fine;
}
