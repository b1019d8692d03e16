import { type BucketSize, bucketSizes, formatInstant } from '@tidemark/core/series/bucket';
import { csvLines } from '@tidemark/core/series/csv';
import type { Total } from '@tidemark/core/series/total';
import { type Command, Option } from 'commander';
import { Tables } from '../aws/dynamodb.ts';
import type { Context, TidemarkCommand } from '../command.ts';
import { bySeries, renderBuckets, renderSeries } from '../counters/table.ts';
import { defaultSize, readTotals, type TotalsQuery } from '../counters/totals.ts';
import { exitCodes, UsageError } from '../failure.ts';
import { type Moment, parseMoment, parseName, spanOf } from '../option.ts';
import { startProgress } from '../progress.ts';
import { readFloors } from '../prune/floors.ts';
import { type Pruned, prunedJson, prunedOf, renderPruned } from '../prune/pruned.ts';
import { joined, printable } from '../render.ts';
import { chooseSource, commandOf, type Target } from '../target.ts';

interface CountersOptions {
  readonly bucket?: BucketSize;
  readonly from?: Moment;
  readonly to?: Moment;
  readonly source?: string;
  readonly format?: 'table' | 'csv' | 'json';
}

export const countersCommand: TidemarkCommand<CountersOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Show what was counted: a line a series with a sparkline, or every bucket of the one named. Names and times are those of the events, times in UTC.',
      )
      .argument('[name]', 'the event whose series to show (default: every series, and $other)', parseName)
      .addOption(
        new Option('--bucket <size>', 'bucket size (default: 1h, or the smallest there is)').choices([...bucketSizes]),
      )
      .option(
        '--from <time>',
        'buckets that start at or after this: 2026-11-02, 2026-11-02T09:00:00Z, or 6h, 2d ago',
        parseMoment,
      )
      .option('--to <time>', 'buckets that start before this', parseMoment)
      .option('--source <name>', 'the source to read (default: the first that has buckets)')
      .addOption(new Option('--format <format>', 'how to print (default: table)').choices(['table', 'csv', 'json']))
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --local counters\n  $ tidemark --local counters "page view" --bucket 1m --from 6h\n  $ tidemark --stage prod counters --bucket 1h --format csv > hours.csv',
      ),

  run: async (options, [name], context) => {
    const target = await context.target();
    const source = chooseSource(target, options.source, ({ buckets }) => buckets.length > 0);
    if (source.buckets.length === 0) {
      throw new UsageError(
        `source ${source.name} counts no buckets; see its windows: ${commandOf(target)} windows --source ${source.name}`,
      );
    }
    const size = options.bucket ?? defaultSize(source.buckets);
    if (!source.buckets.includes(size)) {
      throw new UsageError(
        `--bucket: source ${source.name} counts no ${size}; expected one of: ${source.buckets.join(', ')}`,
      );
    }
    const query = await queryOf(options, name, size, target);
    const tables = new Tables(target.client);
    let said = `Reading ${source.name} ...`;
    const progress = startProgress(context.terminal, () => said);
    const onProgress = (series: number, of: number): void => {
      said = `Reading ${source.name}: ${series} of ${of} series`;
    };
    try {
      // The floors first: what is pruned between the two reads is not said to be there.
      const pruned = prunedOf(await readFloors(tables, source), size, query.fromMs, query.toMs);
      const totals = await readTotals(tables, source, { ...query, onProgress });
      progress.stop();
      print(totals, { size, name, pruned }, options.format ?? (context.json ? 'json' : 'table'), context);
      if (pruned !== undefined)
        context.terminal.note(renderPruned(pruned, commandOf(target), context.terminal.columns));
      return exitCodes.fine;
    } finally {
      progress.stop();
      tables.close();
    }
  },
};

async function queryOf(
  options: CountersOptions,
  name: string | undefined,
  size: BucketSize,
  target: Target,
): Promise<TotalsQuery> {
  const nowMs = await target.nowMs();
  return {
    size,
    ...(name === undefined ? {} : { name }),
    ...spanOf(options.from, options.to, nowMs),
  };
}

interface Asked {
  readonly size: BucketSize;
  readonly name: string | undefined;
  readonly pruned: Pruned | undefined;
}

function print(
  totals: readonly Total[],
  { size, name, pruned }: Asked,
  format: 'table' | 'csv' | 'json',
  { terminal }: Context,
): void {
  if (format === 'csv') {
    for (const lines of joined(csvLines(totals, size))) terminal.write(lines);
  } else if (format === 'json') {
    const rows = totals.map(({ name: event, startMs, count }) => ({ event, bucket: formatInstant(startMs), count }));
    terminal.write(`${JSON.stringify({ bucketSize: size, ...prunedJson(pruned), rows })}\n`);
  } else if (totals.length === 0 && pruned !== undefined) {
    terminal.note('Nothing of that is there.\n');
  } else if (totals.length === 0) {
    terminal.note(
      name === undefined
        ? 'Nothing was counted in that time.\n'
        : `Nothing named ${printable(JSON.stringify(name))} was counted in that time.\n`,
    );
  } else {
    terminal.write(renderSeries(totals, size, terminal.columns));
    const rows = bySeries(totals);
    const [only] = rows;
    if (name !== undefined && only !== undefined) terminal.write(`\n${renderBuckets(only, size, terminal.columns)}`);
  }
}
