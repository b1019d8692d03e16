import { type BucketSize, formatInstant } from './bucket.ts';
import type { Total } from './total.ts';

/** Counts as CSV (RFC 4180, its line ends included), after the header. The rows keep the order of `totals`. */
export function* csvLines(totals: Iterable<Total>, size: BucketSize): Generator<string, void, undefined> {
  yield csvHeader(size);
  for (const total of totals) yield csvLine(total);
}

/** `EventName,EventHour,EventCount`, and `EventBucket` in place of `EventHour` for other sizes than hours. */
export function csvHeader(size: BucketSize): string {
  return `EventName,${size === '1h' ? 'EventHour' : 'EventBucket'},EventCount\r\n`;
}

export function csvLine({ name, startMs, count }: CsvTotal): string {
  return `${csvName(name)},${formatInstant(startMs)},${count}\r\n`;
}

/** A total whose count may lie beyond the safe integers. */
interface CsvTotal extends Pick<Total, 'name' | 'startMs'> {
  readonly count: number | bigint;
}

/**
 * An event's name as a CSV field. Names come from whoever can put an event on the stream, and spreadsheets run a cell that
 * begins like a formula: such a name gets an apostrophe in front. Whoever needs the bare name reads the JSON.
 */
export function csvName(name: string): string {
  const safe = /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
