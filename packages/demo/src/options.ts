import { access, open, rm } from 'node:fs/promises';
import { type BucketSize, bucketSizes } from '@tidemark/core/series/bucket';
import { UsageError } from '@tidemark/ops-cli/failure';
import { positiveNumber, wholeNumber } from '@tidemark/ops-cli/option';
import { fileBytes } from '@tidemark/ops-cli/produce/file';
import { Command, Option } from 'commander';
import { assemblyFolder } from './engine.ts';

export interface DemoOptions {
  /** Events to generate; undefined with a file. */
  readonly events?: number;
  readonly seed: number;
  readonly file?: string;
  readonly rebase: boolean;
  readonly source?: string;
  /** Events a second at most; undefined: as fast as it goes. */
  readonly speed?: number;
  /** Where to write the counts as CSV. */
  readonly export?: string;
  readonly bucket?: BucketSize;
  readonly json: boolean;
}

export interface DemoCommandOptions extends DemoOptions {
  /** The folder of the cloud assembly. */
  readonly assembly: string;
}

interface Parsed {
  readonly events?: number;
  readonly seed?: number;
  readonly file?: string;
  readonly rebase?: boolean;
  readonly source?: string;
  readonly speed?: number;
  readonly export?: string;
  readonly bucket?: BucketSize;
  readonly assembly?: string;
  readonly json?: boolean;
}

const defaultEvents = 50_000;
/** Everything that was counted is compared in memory. */
const eventsMax = 10_000_000;
/** Generated events are sent over about this time, so that there is something to watch, ... */
const sendingSeconds = 5;
/** ... but not slower than this. */
const eventsPerSecondMin = 10_000;

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Count an event stream end to end on this machine: start the local engine on the synthesized stack, put events on the stream while counting runs, and compare every count with what was sent.',
    )
    .addOption(
      new Option('--events <n>', `how many events to generate (default: ${defaultEvents})`)
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
    .option('--export <path>', 'write the counts as CSV for a spreadsheet')
    .addOption(new Option('--bucket <size>', 'bucket size to show and export (default: 1h)').choices([...bucketSizes]))
    .option('--assembly <dir>', 'the cloud assembly to run (default: that of tidemark.config.ts)')
    .option('--json', 'print one JSON object: sent, counted, redelivered, quarantined, rows, mismatches, seconds')
    .addHelpText(
      'after',
      `
Examples:
  $ npx -y pnpm@12 demo
  $ npx -y pnpm@12 demo --events 500000 --seed 7
  $ npx -y pnpm@12 demo --file events.jsonl --rebase --export hours.csv --bucket 1h

Exit codes: 0 every count equals what was sent, 1 a count differs or something failed, 2 called wrongly, 130 interrupted.`,
    );
}

/** What the command line asks for, defaults filled in. */
export function demoOptions(command: Command): DemoCommandOptions {
  const { events, seed = 1, rebase = false, json = false, ...given } = command.opts<Parsed>();
  const rest = { ...given, assembly: given.assembly ?? assemblyFolder };
  if (rest.file !== undefined) return { ...rest, seed, rebase, json };
  const generated = events ?? defaultEvents;
  const speed = rest.speed ?? Math.max(eventsPerSecondMin, generated / sendingSeconds);
  return { ...rest, events: generated, speed, seed, rebase, json };
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
