import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { EventFields, FieldPath } from '@tidemark/core/config';
import { readLine } from '@tidemark/core/generate/reading';
import { rebaseDays, rebaseLine } from '@tidemark/core/series/rebase';
import { Failure } from '../failure.ts';
import { readLines } from './lines.ts';
import { type OutgoingRecord, recordBytesMax } from './record.ts';

/** The longest partition key, in characters; also what is left free of a record's size for it, in bytes (UTF-8). */
const partitionKeyCharactersMax = 256;
const lineBytesMax = recordBytesMax - 4 * partitionKeyCharactersMax;

export interface FileOptions {
  /** A path, or `-` for standard input. */
  readonly path: string;
  readonly fields: EventFields;
  /** Where an event says its partition key. Undefined, or where there is none: a digest of the line. */
  readonly partitionKey?: FieldPath;
  /** Whole days to shift every good event by. */
  readonly shiftDays?: number;
}

/** What of a file was passed over. Grows as the file is read. */
export interface FileReport {
  blankLines: number;
  /** Numbers of the lines that no Kinesis record can hold, the first hundred. */
  readonly tooLong: number[];
  tooLongCount: number;
  /** Good events whose time could not be shifted in its own format, sent as they are. */
  notRebased: number;
}

export function newFileReport(): FileReport {
  return { blankLines: 0, tooLong: [], tooLongCount: 0, notRebased: 0 };
}

/**
 * One record a line, in the order of the file. Lines go as they are, good events or not; blank lines are no records, and a
 * line beyond what Kinesis takes cannot be sent: both are told in `report`.
 */
export async function* fileRecords(
  options: FileOptions,
  report: FileReport,
): AsyncGenerator<readonly OutgoingRecord[]> {
  const { path, fields, shiftDays = 0 } = options;
  for await (const { lines, tooLong } of readLines(openInput(path), lineBytesMax)) {
    report.tooLongCount += tooLong.length;
    report.tooLong.push(...tooLong.slice(0, 100 - report.tooLong.length));
    const records: OutgoingRecord[] = [];
    for (const line of lines) {
      if (isBlank(line)) report.blankLines += 1;
      else {
        const data = shiftDays === 0 ? line : shifted(line, fields, shiftDays, report);
        records.push({ data, partitionKey: partitionKeyOf(data, options.partitionKey) });
      }
    }
    if (records.length > 0) yield records;
  }
}

/**
 * Whole days by which to shift the file's events so that the newest lies in the 24 hours up to `nowMs`; undefined without a
 * single good event. Reads the whole file, which is why standard input cannot be rebased.
 */
export async function fileRebaseDays(path: string, fields: EventFields, nowMs: number): Promise<number | undefined> {
  let newestMs = Number.NEGATIVE_INFINITY;
  for await (const { lines } of readLines(openInput(path), lineBytesMax)) {
    for (const line of lines) {
      const outcome = readLine(line, fields, Number.POSITIVE_INFINITY);
      if (outcome.kind === 'event') newestMs = Math.max(newestMs, outcome.timeMs);
    }
  }
  return Number.isFinite(newestMs) ? rebaseDays(newestMs, nowMs) : undefined;
}

/** Size in bytes; undefined for what has none, such as a pipe. Throws a Failure where there is no such file. */
export async function fileBytes(path: string): Promise<number | undefined> {
  if (path === '-') return undefined;
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Failure(`--file: ${path} is a folder; expected a file of JSON lines`);
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Failure(
      `--file: ${path} cannot be read (${code}); expected a file of JSON lines, or - for standard input`,
    );
  }
}

function openInput(path: string): AsyncIterable<Buffer> {
  return path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 256 * 1024 });
}

function shifted(line: Buffer, fields: EventFields, days: number, report: FileReport): Buffer {
  if (readLine(line, fields, Number.POSITIVE_INFINITY).kind !== 'event') return line;
  const text = rebaseLine(line.toString('utf8'), fields.time, days);
  if (text === undefined) report.notRebased += 1;
  return text === undefined ? line : Buffer.from(text);
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

/** The event's own key, so that its records keep their order; else a digest, which spreads lines evenly and always alike. */
function partitionKeyOf(line: Buffer, path: FieldPath | undefined): string {
  const own = path === undefined ? undefined : fieldText(line, path);
  return own ?? createHash('md5').update(line).digest('hex');
}

function fieldText(line: Buffer, path: FieldPath): string | undefined {
  let at: unknown;
  try {
    at = JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  if (typeof at !== 'string' && typeof at !== 'number') return undefined;
  const text = String(at).slice(0, partitionKeyCharactersMax);
  return text === '' || !text.isWellFormed() ? undefined : text;
}
