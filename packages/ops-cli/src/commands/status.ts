import type { Command } from 'commander';
import pico from 'picocolors';
import type { TidemarkCommand } from '../command.ts';
import { exitCodes } from '../failure.ts';
import { startProgress } from '../progress.ts';
import { statusJson } from '../status/json.ts';
import { problemsOf } from '../status/problems.ts';
import { readSourceStatus } from '../status/source.ts';
import { renderStatus } from '../status/text.ts';
import { chooseSource, commandOf } from '../target.ts';

interface StatusOptions {
  readonly source?: string;
}

export const statusCommand: TidemarkCommand<StatusOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Show, for every source and shard, how far counting and windows are, what became of the events, and what is wrong. Exit code 0 when all is well, 1 when something is wrong.',
      )
      .option('--source <name>', 'only this source (default: every source)')
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --local status\n  $ tidemark --stage prod status --json | jq ".sources[].problems"',
      ),

  run: async (options, _args, { terminal, json, target: findTarget }) => {
    const target = await findTarget();
    const sources = options.source === undefined ? target.sources : [chooseSource(target, options.source)];
    const progress = startProgress(terminal, () => 'Reading checkpoints and looking at every shard ...');
    const statuses = await Promise.all(sources.map((source) => readSourceStatus(target, source))).finally(() =>
      progress.stop(),
    );
    const found = statuses.map((status) => ({ status, problems: problemsOf(status, commandOf(target)) }));
    const well = found.every(({ problems }) => problems.length === 0);
    if (json) {
      const said = {
        stage: target.stage,
        well,
        sources: found.map(({ status, problems }) => statusJson(status, problems)),
      };
      terminal.write(`${JSON.stringify(said)}\n`);
    } else {
      const colours = pico.createColors(terminal.interactive && pico.isColorSupported);
      for (const { status, problems } of found) {
        const lines = problems.map((problem) => `  ${colours.red('Wrong:')} ${problem}\n`).join('');
        terminal.write(`${renderStatus(status)}\n${lines === '' ? `  ${colours.green('All is well.')}\n` : lines}\n`);
      }
    }
    return well ? exitCodes.fine : exitCodes.failed;
  },
};
