import { access, open, rm } from 'node:fs/promises';
import type { DeployedSource } from '@tidemark/core/deployment';
import { type BucketSize, bucketSizes } from '@tidemark/core/series/bucket';
import { UsageError } from '@tidemark/ops-cli/failure';
import { positiveNumber, wholeNumber } from '@tidemark/ops-cli/option';
import { fileBytes } from '@tidemark/ops-cli/produce/file';
import { Command, InvalidArgumentError, Option } from 'commander';
import { assemblyFolder } from './engine.ts';

export interface DemoOptions {
  /** Events to generate; undefined with a file, and where the command line does not say. */
  readonly events?: number;
  readonly seed: number;
  readonly file?: string;
  readonly rebase: boolean;
  readonly source?: string;
  /** Events a second at most; undefined: as fast as it goes. */
  readonly speed?: number;
  /** How many times as fast as their own times say readings for windows are sent, at most. */
  readonly pace?: number;
  /** Where to write the counts, or the windows, as CSV. */
  readonly export?: string;
  readonly bucket?: BucketSize;
  readonly json: boolean;
}

export interface DemoCommandOptions extends DemoOptions {
  /** Shows an incident, on a configuration of its own, in the place of counting. */
  readonly incident: boolean;
  /** The folder of the cloud assembly. */
  readonly assembly: string;
}

interface Parsed {
  readonly incident?: boolean;
  readonly events?: number;
  readonly seed?: number;
  readonly file?: string;
  readonly rebase?: boolean;
  readonly source?: string;
  readonly speed?: number;
  readonly pace?: number;
  readonly export?: string;
  readonly bucket?: BucketSize;
  readonly assembly?: string;
  readonly json?: boolean;
}

const defaultEvents = 50_000;
const defaultPace = 60;
/** An hour a second: a day that the stream keeps takes the better part of a minute, in which every record is read. */
const paceMax = 3_600;
/** Everything that was counted is compared in memory. */
const eventsMax = 10_000_000;
/** Generated events are sent over about this time, so that there is something to watch, ... */
const sendingSeconds = 5;
/** ... but not slower than this. */
const eventsPerSecondMin = 10_000;

/** The incident has a course, a configuration and a clock of its own. */
const notOfIncidents = [
  ...['events', 'seed', 'file', 'rebase', 'source', 'speed', 'pace', 'export', 'bucket', 'assembly'],
];

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Count an event stream end to end on this machine: start the local engine on the synthesized stack, put events on the stream while counting runs, and compare every count with what was sent.',
    )
    .addOption(
      new Option(
        '--events <n>',
        `how many events to generate (default: ${defaultEvents}; for a source with a window, ten minutes of five unicorns)`,
      )
        .argParser(wholeNumber(1, eventsMax))
        .conflicts('file'),
    )
    .addOption(
      new Option('--seed <n>', 'seed of the generator (default: 1)')
        .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER))
        .conflicts('file'),
    )
    .option(
      '--file <path>',
      'JSON lines of your own, one event a line; lines that are no good events are sent too, and belong in the quarantine',
    )
    .option('--rebase', 'shift the times of the file by whole days, so that the newest lies in the last 24 hours')
    .option('--source <name>', 'the source to send to (default: the first)')
    .option(
      '--speed <events>',
      'events a second at most (default: generated events in 5 s, a file as fast as it goes)',
      positiveNumber,
    )
    .option(
      '--pace <factor>',
      `for a source with a window: how many times as fast as their own times say readings are sent (default: ${defaultPace})`,
      paceOf,
    )
    .option('--export <path>', 'write the counts, or the windows, as CSV for a spreadsheet')
    .addOption(new Option('--bucket <size>', 'bucket size to show and export (default: 1h)').choices([...bucketSizes]))
    .option('--assembly <dir>', 'the cloud assembly to run (default: that of tidemark.config.ts)')
    .addOption(
      new Option(
        '--incident',
        'show an incident instead: page views fall, an alarm turns on, one tier after the other is told, somebody answers, and page views are back',
      ).conflicts(notOfIncidents),
    )
    .option(
      '--json',
      'print one JSON object: sent, counted, redelivered, quarantined, rows, mismatches, seconds (--incident: what has happened, and whether that is what must have)',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ npx -y pnpm@12 demo
  $ npx -y pnpm@12 demo --events 500000 --seed 7
  $ npx -y pnpm@12 demo --file events.jsonl --rebase --export hours.csv --bucket 1h
  $ npx -y pnpm@12 demo --source rides --pace 60 --export windows.csv
  $ npx -y pnpm@12 demo --incident

Exit codes: 0 every count equals what was sent (--incident: everything happened that must), 1 not so, or something failed, 2 called wrongly, 130 interrupted.`,
    );
}

/** What the command line asks for. */
export function demoOptions(command: Command): DemoCommandOptions {
  const { seed = 1, rebase = false, json = false, incident = false, ...given } = command.opts<Parsed>();
  return { assembly: assemblyFolder, ...given, seed, rebase, json, incident };
}

/** What is asked of a source without a window, defaults filled in. */
export function countingOptions(options: DemoOptions): DemoOptions {
  if (options.file !== undefined) return options;
  const { events = defaultEvents } = options;
  return { ...options, events, speed: options.speed ?? Math.max(eventsPerSecondMin, events / sendingSeconds) };
}

/** The same of a source with one. */
export function pacedOptions(options: DemoOptions): DemoOptions & { readonly pace: number } {
  return { ...options, pace: options.pace ?? defaultPace };
}

/** Throws a UsageError for what makes no sense with the source. */
export function checkForSource(options: DemoOptions, { name, buckets, window }: DeployedSource): void {
  const { bucket, pace, speed, rebase } = options;
  if (window === undefined && pace !== undefined) {
    throw new UsageError(`--pace: source ${name} has no window; --speed says how fast its events are sent`);
  }
  if (window !== undefined && speed !== undefined) {
    throw new UsageError(
      `--speed: source ${name} has a window, whose readings go by their own times; expected --pace, how many times as fast`,
    );
  }
  if (window !== undefined && rebase) {
    throw new UsageError(
      `--rebase: source ${name} has a window, and the engine's clock goes by the readings' own times, however old they are: none needs to be shifted`,
    );
  }
  if (bucket !== undefined && !buckets.includes(bucket)) {
    const expected = buckets.length === 0 ? 'it has a window only' : `expected one of: ${buckets.join(', ')}`;
    throw new UsageError(`--bucket: source ${name} counts no ${bucket}; ${expected}`);
  }
}

function paceOf(text: string): number {
  const pace = Number(text);
  if (text.trim() !== '' && pace > 0 && pace <= paceMax) return pace;
  throw new InvalidArgumentError(`Expected a number above zero, ${paceMax} (an hour a second) at most.`);
}

/** Throws a UsageError or a Failure for a file that cannot be read or an export that cannot be written, before anything is started. */
export async function checkPaths(options: DemoOptions): Promise<void> {
  if (options.rebase && (options.file === undefined || options.file === '-')) {
    throw new UsageError('--rebase shifts the times of a --file, and reads it twice; expected a --file with a path');
  }
  if (options.file !== undefined) await fileBytes(options.file);
  if (options.export === undefined) return;
  const reason = await unwritable(options.export);
  if (reason !== undefined) {
    throw new UsageError(
      `--export: ${options.export} cannot be written (${reason}); expected a file in a folder that exists`,
    );
  }
}

/** Why a file cannot be written, undefined where it can: by opening it, which leaves it as it was. */
async function unwritable(path: string): Promise<string | undefined> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  try {
    const file = await open(path, 'a');
    await file.close();
    if (!isThere) await rm(path);
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
