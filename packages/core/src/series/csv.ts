import { type BucketSize, formatInstant } from './bucket.ts';
import type { Total } from './total.ts';

/**
 * Counts as CSV (RFC 4180, its line ends included): `EventName,EventHour,EventCount`, and `EventBucket` in
 * place of `EventHour` for other sizes. The rows keep the order of `totals`.
 */
export function* csvLines(totals: Iterable<Total>, size: BucketSize): Generator<string, void, undefined> {
  yield `EventName,${size === '1h' ? 'EventHour' : 'EventBucket'},EventCount\r\n`;
  for (const { name, startMs, count } of totals) yield `${csvName(name)},${formatInstant(startMs)},${count}\r\n`;
}

/**
 * An event's name as a CSV field. Names come from whoever can put an event on the stream, and spreadsheets run a cell that
 * begins like a formula: such a name gets an apostrophe in front. Whoever needs the bare name reads the JSON.
 */
export function csvName(name: string): string {
  const safe = /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
