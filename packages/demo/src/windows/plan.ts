import type { DeployedSource } from '@tidemark/core/deployment';
import type { ExpectedOutcome } from '@tidemark/core/generate/outcome';
import { readLine, timeOfLine } from '@tidemark/core/generate/reading';
import { generateRides, secondsOfRiding } from '@tidemark/core/generate/rides';
import { Failure, UsageError } from '@tidemark/ops-cli/failure';
import { fileRecords, newFileReport } from '@tidemark/ops-cli/produce/file';
import { renderAmount, renderCount, renderDuration } from '@tidemark/ops-cli/render';
import { fileRemarks } from '../file-remarks.ts';
import type { DemoOptions } from '../options.ts';
import type { TimedRecord } from './pace.ts';

/** The readings to send, each with its time. */
export interface ReadingPlan {
  /** In the order of their times, at least one. */
  readonly records: readonly PlannedRecord[];
  /** Milliseconds since the epoch. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** For the reader, one sentence each. */
  readonly remarks: readonly string[];
}

export interface PlannedRecord extends TimedRecord {
  /** What must become of it when it has arrived at that time, milliseconds since the epoch. */
  outcome(arrivalMs: number): ExpectedOutcome;
}

/** A seed stands for the same readings whenever they are sent: they are always of one morning. */
const generatedFromMs = Date.UTC(2026, 10, 2, 9);
const generatedSeconds = 600;
const generatedMax = 200_000;
/** All are held in memory: so many take less than a gigabyte where lines are short, and the better part of an hour to send. */
const fileReadingsMax = 1_000_000;
/** What a run may take at its pace. */
const runMsMax = 24 * 60 * 60 * 1000;
/** Engines have no streams of before 1970, and no sequence numbers for times beyond this. */
const timeMsMax = Date.UTC(4000, 0);

/** The readings that the options ask for, `readingsMax` of a file at most. Throws a UsageError or a Failure for what cannot be sent at its own times. */
export async function planReadings(
  options: DemoOptions & { readonly pace: number },
  { event }: DeployedSource,
  readingsMax = fileReadingsMax,
): Promise<ReadingPlan> {
  const { records, remarks } =
    options.file === undefined ? generated(options, event) : await fromFile(options.file, event, readingsMax);
  const firstMs = records[0]?.timeMs ?? 0;
  const lastMs = records.at(-1)?.timeMs ?? 0;
  const span = `${instant(firstMs)} to ${instant(lastMs)}`;
  if (firstMs < 0 || lastMs > timeMsMax) {
    throw new Failure(`--file: the readings go from ${span}; expected times from 1970 to ${instant(timeMsMax)}`);
  }
  const runMs = (lastMs - firstMs) / options.pace;
  if (runMs > runMsMax) {
    throw new UsageError(
      `--pace: the readings go from ${span}, which takes ${renderDuration(runMs)} at a pace of ${options.pace}; expected one at which it takes a day at most`,
    );
  }
  return { records, firstMs, lastMs, remarks };
}

type Sorted = Pick<ReadingPlan, 'records' | 'remarks'>;

function generated({ events, seed }: DemoOptions, fields: DeployedSource['event']): Sorted {
  if (events !== undefined && events > generatedMax) {
    throw new UsageError(`--events: expected ${generatedMax} at most for a source with a window`);
  }
  const seconds = events === undefined ? generatedSeconds : secondsOfRiding(events);
  const records: PlannedRecord[] = [];
  for (const { data, partitionKey, timeMs, expected } of generateRides({
    ...{ seed, seconds, fields, startMs: generatedFromMs },
  })) {
    if (records.length === events) break;
    records.push({ data, partitionKey, timeMs, outcome: () => expected });
  }
  return { records, remarks: [] };
}

/** The lines of a file in the order of their times; one without a readable time goes with the line before it. */
async function fromFile(path: string, fields: DeployedSource['event'], readingsMax: number): Promise<Sorted> {
  const report = newFileReport();
  const records: PlannedRecord[] = [];
  let latestMs = Number.NEGATIVE_INFINITY;
  let backwards = 0;
  let untimed = 0;
  let timeMs: number | undefined;
  // Lines before the first that has a time.
  const leading: Omit<PlannedRecord, 'timeMs'>[] = [];
  for await (const chunk of fileRecords({ path, fields, partitionKey: fields.name }, report)) {
    if (records.length + leading.length + chunk.length > readingsMax) {
      throw new Failure(
        `--file: ${path} holds more than ${renderCount(readingsMax)} readings, and all of them are held in memory; send it without the demo: tidemark produce --file`,
      );
    }
    for (const { data, partitionKey } of chunk) {
      const ownMs = timeOfLine(data, fields.time);
      const line = {
        ...{ data, partitionKey },
        outcome: (arrivalMs: number) => readLine(data, fields, arrivalMs),
      };
      if (ownMs === undefined) untimed += 1;
      else if (ownMs < latestMs) backwards += 1;
      timeMs = ownMs ?? timeMs;
      if (timeMs === undefined) {
        leading.push(line);
        continue;
      }
      for (const each of leading.splice(0)) records.push({ ...each, timeMs });
      latestMs = Math.max(latestMs, timeMs);
      records.push({ ...line, timeMs });
    }
  }
  if (records.length === 0) {
    throw new Failure(
      `--file: ${path} holds no reading with a time; expected one in the field ${fields.time.join('.')}`,
    );
  }
  records.sort((one, other) => one.timeMs - other.timeMs);
  return { records, remarks: [...fileRemarks(report), ...orderRemarks(backwards, untimed)] };
}

function orderRemarks(backwards: number, untimed: number): string[] {
  const remarks: string[] = [];
  if (backwards > 0)
    remarks.push(
      `${renderAmount(backwards, 'reading of the file is older than one before it', 'readings of the file are older than one before them')}: all were sent in the order of their times.`,
    );
  if (untimed > 0)
    remarks.push(
      `${renderAmount(untimed, 'line has no readable time: it was sent with the line', 'lines have no readable time: they were sent with the lines')} before, and must be in quarantine.`,
    );
  return remarks;
}

function instant(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
