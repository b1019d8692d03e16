import type { DeployedSource } from '@tidemark/core/deployment';
import { type Command, Option } from 'commander';
import { Kinesis } from '../aws/kinesis.ts';
import type { Context, TidemarkCommand } from '../command.ts';
import { exitCodes, UsageError } from '../failure.ts';
import { parsePath, positiveNumber, wholeNumber } from '../option.ts';
import { type FileReport, fileBytes, fileRebaseDays, fileRecords, newFileReport } from '../produce/file.ts';
import { generatedReadings, generatedRecords } from '../produce/generated.ts';
import { type ProduceResult, produce } from '../produce/produce.ts';
import type { OutgoingRecord } from '../produce/record.ts';
import { startProgress } from '../progress.ts';
import { renderAmount, renderBar, renderCount, renderDuration, renderRate } from '../render.ts';
import { chooseSource, type Target } from '../target.ts';

interface ProduceOptions {
  readonly file?: string;
  readonly events?: number;
  readonly seed?: number;
  readonly source?: string;
  readonly rebase?: boolean;
  readonly speed?: number;
  readonly partitionKey?: readonly string[];
}

const defaultEvents = 10_000;
const defaultSeed = 1;
const eventsMax = 50_000_000;

export const produceCommand: TidemarkCommand<ProduceOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Put events on a stream: every line of a file as it is, good event or not, or events from the seeded generator: web-like ones, or readings of unicorns where the source has measures. A record that the stream refuses is sent again.',
      )
      .option('--file <path>', 'JSON lines to send, one event a line; - for standard input; blank lines are skipped')
      .addOption(
        new Option('--events <n>', `how many events to generate (default: ${defaultEvents})`)
          .argParser(wholeNumber(1, eventsMax))
          .conflicts('file'),
      )
      .addOption(
        new Option('--seed <n>', `seed of the generator (default: ${defaultSeed})`)
          .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER))
          .conflicts('file'),
      )
      .option('--source <name>', 'the source to send to (default: the first)')
      .option('--rebase', 'shift the times of a file by whole days, so that the newest lies in the last 24 hours')
      .option('--speed <events>', 'events a second at most (default: as fast as the stream takes them)', positiveNumber)
      .option(
        '--partition-key <field>',
        "field of a file's events to take as partition key (default: a digest of the line)",
        parsePath,
      )
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --local produce --events 50000 --seed 7\n  $ tidemark --local produce --source rides --speed 5\n  $ tidemark --stage prod produce --file events.jsonl --rebase --speed 500',
      ),

  run: async (options, _args, context) => {
    checkOptions(options);
    const bytes = options.file === undefined ? undefined : await fileBytes(options.file);
    const target = await context.target();
    const source = chooseSource(target, options.source);
    const report = newFileReport();
    const records = await recordsOf(options, source, target, report, context);
    const totals = options.file === undefined ? { events: options.events ?? defaultEvents } : { bytes };
    const result = await send(source, target, records, totals, options.speed, context);
    tell(source, result, report, context);
    if (result.interrupted) return exitCodes.interrupted;
    return report.tooLongCount === 0 ? exitCodes.fine : exitCodes.failed;
  },
};

function checkOptions(options: ProduceOptions): void {
  if (options.file === undefined && options.rebase === true) {
    throw new UsageError('--rebase shifts the times of a --file; generated events lie in the last 24 hours already');
  }
  if (options.file === undefined && options.partitionKey !== undefined) {
    throw new UsageError('--partition-key reads a field of a --file; generated events have keys of their own');
  }
  if (options.file === '-' && options.rebase === true) {
    throw new UsageError(
      '--rebase reads the file twice, which standard input does not allow; expected a --file with a path',
    );
  }
}

async function recordsOf(
  options: ProduceOptions,
  source: DeployedSource,
  target: Target,
  report: FileReport,
  context: Context,
): Promise<AsyncIterable<readonly OutgoingRecord[]>> {
  const nowMs = await target.nowMs();
  const { file, events = defaultEvents, seed = defaultSeed, partitionKey } = options;
  if (file === undefined) {
    const generated = { events, seed, untilMs: nowMs, fields: source.event };
    return source.event.measures === undefined ? generatedRecords(generated) : generatedReadings(generated);
  }
  let shiftDays = 0;
  if (options.rebase === true) {
    const progress = startProgress(context.terminal, () => `Looking for the newest event of ${file} ...`);
    const days = await fileRebaseDays(file, source.event, nowMs).finally(() => progress.stop());
    if (days === undefined) {
      const { name, time } = source.event;
      context.terminal.note(`${file} holds no event with ${name.join('.')} and ${time.join('.')}: nothing to rebase\n`);
    } else if (days !== 0) context.terminal.note(`Every time is shifted by ${renderCount(days)} days\n`);
    shiftDays = days ?? 0;
  }
  const base = { path: file, fields: source.event, shiftDays };
  return fileRecords(partitionKey === undefined ? base : { ...base, partitionKey }, report);
}

async function send(
  source: DeployedSource,
  target: Target,
  records: AsyncIterable<readonly OutgoingRecord[]>,
  totals: { readonly events?: number; readonly bytes?: number | undefined },
  speed: number | undefined,
  context: Context,
): Promise<ProduceResult> {
  const kinesis = new Kinesis(target.client);
  const startMs = performance.now();
  let progress = { sent: 0, bytes: 0, retried: 0 };
  const line = startProgress(context.terminal, () => {
    const rate = renderRate(progress.sent / ((performance.now() - startMs) / 1000));
    // A line's feed is no data of its record.
    const share =
      totals.events === undefined
        ? (progress.bytes + progress.sent) / (totals.bytes ?? 0)
        : progress.sent / totals.events;
    const bar = Number.isFinite(share) ? `${renderBar(share, 30)} ${Math.floor(Math.min(1, share) * 100)} %  ` : '';
    return `${bar}${renderCount(progress.sent)} events  ${rate}${progress.retried === 0 ? '' : `  ${renderCount(progress.retried)} sent again`}`;
  });
  try {
    return await produce({
      put: kinesis.putRecords(source.stream),
      records,
      signal: context.terminal.interruption(),
      onProgress: (latest) => {
        progress = { ...latest };
      },
      ...(speed === undefined ? {} : { eventsPerSecond: speed }),
    });
  } catch (error) {
    line.stop();
    context.terminal.note(`It failed after ${renderAmount(progress.sent, 'event was', 'events were')} sent:\n`);
    throw error;
  } finally {
    line.stop();
    kinesis.close();
  }
}

function tell(source: DeployedSource, result: ProduceResult, report: FileReport, { terminal, json }: Context): void {
  const { sent, bytes, retried, seconds, interrupted } = result;
  const { blankLines, tooLong, tooLongCount, notRebased } = report;
  if (json) {
    const said = {
      source: source.name,
      stream: source.stream,
      sent,
      bytes,
      retried,
      seconds,
      interrupted,
      blankLines,
      tooLong,
      tooLongCount,
      notRebased,
    };
    terminal.write(`${JSON.stringify(said)}\n`);
    return;
  }
  terminal.write(
    `${interrupted ? 'Interrupted: sent' : 'Sent'} ${renderAmount(sent, 'event', 'events')} (${renderCount(bytes)} bytes) to ${source.name} in ${renderDuration(seconds * 1000)}, ${renderRate(sent / Math.max(seconds, 0.001))}\n`,
  );
  const remarks = [
    retried > 0 && `${renderAmount(retried, 'record was', 'records were')} refused and sent again`,
    blankLines > 0 && `${renderAmount(blankLines, 'blank line was', 'blank lines were')} skipped`,
    notRebased > 0 &&
      `${renderAmount(notRebased, 'event has a time that cannot be shifted; it went as it is', 'events have times that cannot be shifted; they went as they are')}`,
    tooLongCount > 0 &&
      `${renderAmount(tooLongCount, 'line is longer than a Kinesis record may be and was', 'lines are longer than a Kinesis record may be and were')} not sent: line ${tooLong.slice(0, 5).join(', ')}${tooLongCount > 5 ? ', ...' : ''}`,
  ];
  for (const remark of remarks) if (remark !== false) terminal.note(`${remark}\n`);
}
