import { createHash } from 'node:crypto';
import { userRecordRanges } from '@tidemark/core/count/aggregate';
import type { QuarantineBody } from '@tidemark/core/count/quarantine';
import { aggregateRecordsMax, recordBytesMax } from '@tidemark/core/limits';
import type { OutgoingRecord } from '../produce/record.ts';
import { setAsideOf } from './object.ts';

/** One event that goes back on the stream, as a record of its own. */
export interface Part extends OutgoingRecord {
  /** Its place in the record that was set aside. */
  readonly index: number;
}

/**
 * What of a record goes back: of an aggregate the user records that were set aside, each by itself, and none of those that were
 * counted; everything else whole. `short`: the object's key without `quarantine/<source>/`. Undefined where the object names
 * places that the record does not have.
 */
export function partsOf(short: string, body: QuarantineBody): Part[] | undefined {
  const bytes = Buffer.from(body.data, 'base64');
  const ranges = userRanges(bytes);
  const parts: Part[] = [];
  for (const { index } of setAsideOf(body)) {
    const [start, end] = ranges === undefined ? [0, bytes.length] : ranges.slice(2 * index, 2 * index + 2);
    if (start === undefined || end === undefined || (ranges === undefined && index > 0)) return undefined;
    parts.push({ index, data: bytes.subarray(start, end), partitionKey: partitionKeyOf(short, index) });
  }
  return parts;
}

/** Where the user records lie that have an outcome of their own; undefined of a record that has one outcome (core/count/decode.ts). */
export function userRanges(bytes: Uint8Array): number[] | undefined {
  if (bytes.length > recordBytesMax) return undefined;
  const ranges = userRecordRanges(bytes, aggregateRecordsMax);
  return ranges === undefined || ranges.length === 0 || ranges.length > 2 * aggregateRecordsMax ? undefined : ranges;
}

/**
 * The same for the same event whenever it is put, and another's for no other: by it a record is known again on the stream. Short, since
 * it counts towards a record's size. Nothing secret is made of it.
 */
function partitionKeyOf(short: string, index: number): string {
  const digest = createHash('sha256').update(`${short} ${index}`).digest('base64url').slice(0, 22);
  return `resubmitted-${digest}`;
}
