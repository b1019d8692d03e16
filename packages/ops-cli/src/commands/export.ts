import type { BucketSize } from '@tidemark/core/series/bucket';
import { bucketSizes } from '@tidemark/core/series/bucket';
import { type Command, Option } from 'commander';
import { Tables } from '../aws/dynamodb.ts';
import type { Context, TidemarkCommand } from '../command.ts';
import { declined } from '../confirm.ts';
import { type Destination, fileDestination, lookAt, standardOutput } from '../export/destination.ts';
import { exportSource, formatOf, sizeOf } from '../export/options.ts';
import { type ExportFormat, exportFormats } from '../export/sink.ts';
import { tellExport } from '../export/tell.ts';
import { type Written, writeTotals } from '../export/write-totals.ts';
import { exitCodes, UsageError } from '../failure.ts';
import { type Moment, parseMoment, parseName, spanOf } from '../option.ts';
import { truth } from '../partials.ts';
import { startProgress } from '../progress.ts';
import { prunedOf } from '../prune/pruned.ts';
import { renderCount } from '../render.ts';

interface ExportOptions {
  readonly from?: Moment;
  readonly to?: Moment;
  readonly source?: string;
  readonly bucket?: BucketSize | 'window';
  readonly series?: readonly string[];
  readonly format?: ExportFormat;
  readonly output?: string;
  readonly yes?: boolean;
}

export const exportCommand: TidemarkCommand<ExportOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Write totals for a spreadsheet, Redshift or Athena: the events of every bucket, or what windows added up, a row each, by name and then by time. Nothing is deleted. A file is there when it is whole.',
      )
      .option(
        '--from <time>',
        'buckets or windows that start at or after this: 2026-11-02, 2026-11-02T09:00Z, or 6h, 2d ago',
        parseMoment,
      )
      .option('--to <time>', 'those that start before this', parseMoment)
      .addOption(
        new Option('--bucket <size>', 'bucket size, or window (default: 1h, or the smallest there is)').choices([
          ...bucketSizes,
          'window',
        ]),
      )
      .option('--series <name...>', 'these series alone (default: every one, and $other)', names)
      .option('--source <name>', 'the source to read (default: the first that has what is asked for)')
      .addOption(
        new Option('--format <format>', 'how to write (default: as the file is called, or csv)').choices([
          ...exportFormats,
        ]),
      )
      .option('--output <file>', 'the file to write (default: standard output; parquet needs a file)')
      .option('--yes', 'replace the file if it is there')
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --local export --output hours.csv\n  $ tidemark --stage prod export --from 2026-10-01 --to 2026-11-01 --bucket 1m --output october.parquet\n  $ tidemark --stage prod export --bucket window --series Shadowfax Calliope --format jsonl | gzip > rides.jsonl.gz',
      ),

  run: async (options, _args, context) => {
    const output = options.output === '-' ? undefined : options.output;
    const format = formatOf(options.format, output);
    if (output === undefined && format === 'parquet')
      throw new UsageError('--format parquet: a Parquet file is not text; name it with --output');
    if (output === undefined && context.json)
      throw new UsageError('--json: the summary goes to standard output; name a file for the totals with --output');
    const place = output === undefined ? undefined : await lookAt(output);
    if (place?.isThere === true) {
      if (options.yes !== true && context.terminal.ask === undefined)
        throw new UsageError(`--output: ${output} is there already; say --yes to replace it`);
      const refused = await declined(`${output} is there already. Replace it?`, options, context);
      if (refused !== undefined) return refused;
    }
    const open = (): Promise<Destination> =>
      place === undefined
        ? Promise.resolve(standardOutput(context.terminal))
        : fileDestination(place.path, place.isThere);
    return runExport(options, { format, output, open }, context);
  },
};

interface Wanted {
  readonly format: ExportFormat;
  /** As it was called; undefined: standard output. */
  readonly output: string | undefined;
  open(): Promise<Destination>;
}

async function runExport(options: ExportOptions, { format, output, open }: Wanted, context: Context): Promise<number> {
  const target = await context.target();
  const source = exportSource(target, options.source, options.bucket);
  const size = sizeOf(source, options.bucket);
  const span = spanOf(options.from, options.to, await target.nowMs());
  const tables = new Tables(target.client);
  const written: Written = { series: 0, totals: 0, events: 0n };
  let read = '';
  const progress = startProgress(
    context.terminal,
    () => `Reading ${source.name}${read}, ${renderCount(written.totals)} totals`,
  );
  const onProgress = (series: number, of: number): void => {
    read = `: ${series} of ${of} series`;
  };
  const signal = context.terminal.interruption();
  const startMs = performance.now();
  let destination: Destination | undefined;
  try {
    const known = await truth(tables, source);
    const only = options.series === undefined ? {} : { names: options.series };
    destination = await open();
    const asked = { size, ...span, ...only, onProgress };
    await writeTotals({ tables, source, truth: known, signal }, asked, format, destination, written);
    await destination.commit();
    progress.stop();
    const pruned = prunedOf(known.floors, size, span.fromMs, span.toMs);
    const seconds = (performance.now() - startMs) / 1000;
    const exported = { source, size, format, output, span, written, pruned, seconds, bytes: destination.bytes };
    tellExport(exported, target, context);
    return exitCodes.fine;
  } catch (error) {
    progress.stop();
    await destination?.discard();
    if (!signal.aborted) throw error;
    const left = output === undefined ? 'what was printed is not all of it' : 'no file was written';
    if (context.json) context.terminal.write(`${JSON.stringify({ source: source.name, output, interrupted: true })}\n`);
    else context.terminal.note(`Interrupted: ${left}.\n`);
    return exitCodes.interrupted;
  } finally {
    tables.close();
  }
}

function names(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, parseName(text)];
}
