import type { DeployedSource } from '@tidemark/core/deployment';
import { windowSize } from '@tidemark/core/series/window';
import { windowCsvLines } from '@tidemark/core/series/window-csv';
import { measureNames, type WindowTotal } from '@tidemark/core/series/window-total';
import { type Command, Option } from 'commander';
import { Tables } from '../aws/dynamodb.ts';
import type { Context, TidemarkCommand } from '../command.ts';
import { exitCodes, UsageError } from '../failure.ts';
import { type Moment, parseMoment, parseName, spanOf } from '../option.ts';
import { startProgress } from '../progress.ts';
import { readFloors } from '../prune/floors.ts';
import { type Pruned, prunedJson, prunedOf, renderPruned } from '../prune/pruned.ts';
import { joined, printable } from '../render.ts';
import { chooseSource, commandOf } from '../target.ts';
import { windowsJson } from '../windows/json.ts';
import { renderNames, renderWindows } from '../windows/table.ts';
import { readWindowTotals } from '../windows/totals.ts';

interface WindowsOptions {
  readonly from?: Moment;
  readonly to?: Moment;
  readonly source?: string;
  readonly format?: 'table' | 'csv' | 'json';
}

export const windowsCommand: TidemarkCommand<WindowsOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Show what the windows of arrival time added up: a line a name with a sparkline, or every window of the one named. A window holds what arrived on the stream in it, times in UTC.',
      )
      .argument('[name]', 'the name whose windows to show (default: every name, and $other)', parseName)
      .option(
        '--from <time>',
        'windows that start at or after this: 2026-11-02, 2026-11-02T09:00:00Z, or 30s, 90m, 6h, 2d ago',
        parseMoment,
      )
      .option('--to <time>', 'windows that start before this', parseMoment)
      .option('--source <name>', 'the source to read (default: the first that has a window)')
      .addOption(new Option('--format <format>', 'how to print (default: table)').choices(['table', 'csv', 'json']))
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --local windows\n  $ tidemark --local windows Shadowfax --from 90m\n  $ tidemark --stage prod windows --format csv > windows.csv',
      ),

  run: async (options, [name], context) => {
    const target = await context.target();
    const source = chooseSource(target, options.source, ({ window }) => window !== undefined);
    if (source.window === undefined) {
      throw new UsageError(
        `source ${source.name} has no window; see its buckets: ${commandOf(target)} counters --source ${source.name}`,
      );
    }
    const { seconds } = source.window;
    const span = spanOf(options.from, options.to, await target.nowMs());
    const tables = new Tables(target.client);
    let said = `Reading ${source.name} ...`;
    const progress = startProgress(context.terminal, () => said);
    const onProgress = (names: number, of: number): void => {
      said = `Reading ${source.name}: ${names} of ${of} names`;
    };
    try {
      const query = { ...span, ...(name === undefined ? {} : { name }), onProgress };
      // The floors first: what is pruned between the two reads is not said to be there.
      const pruned = prunedOf(await readFloors(tables, source), windowSize(seconds), query.fromMs, query.toMs);
      const totals = await readWindowTotals(tables, source, query);
      progress.stop();
      const format = options.format ?? (context.json ? 'json' : 'table');
      print(totals, { source, seconds, name, pruned }, format, context);
      if (pruned !== undefined)
        context.terminal.note(renderPruned(pruned, commandOf(target), context.terminal.columns));
      return exitCodes.fine;
    } finally {
      progress.stop();
      tables.close();
    }
  },
};

interface Asked {
  readonly source: DeployedSource;
  readonly seconds: number;
  readonly name: string | undefined;
  readonly pruned: Pruned | undefined;
}

function print(
  totals: readonly WindowTotal[],
  { source, seconds, name, pruned }: Asked,
  format: 'table' | 'csv' | 'json',
  { terminal }: Context,
): void {
  const configured = (source.event.measures ?? []).map((measure) => measure.name);
  const measures = measureNames(totals, configured);
  if (format === 'csv') {
    for (const lines of joined(windowCsvLines(totals, measures))) terminal.write(lines);
  } else if (format === 'json') {
    terminal.write(`${JSON.stringify({ ...prunedJson(pruned), ...windowsJson(totals, seconds, measures) })}\n`);
  } else if (totals.length === 0 && pruned !== undefined) {
    terminal.note('Nothing of that is there.\n');
  } else if (totals.length === 0) {
    terminal.note(
      name === undefined
        ? `Source ${source.name} has no windows of that time. One is written when it has closed.\n`
        : `Source ${source.name} has no windows of ${printable(JSON.stringify(name))} of that time. One is written when it has closed.\n`,
    );
  } else {
    terminal.write(renderNames(totals, seconds, measures, terminal.columns));
    if (name !== undefined) terminal.write(`\n${renderWindows(totals, measures, terminal.columns)}`);
  }
}
