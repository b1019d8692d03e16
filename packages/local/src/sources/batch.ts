import type { MappingSettings } from './settings.ts';
import type { SourceRecord } from './source.ts';

/** Lambda's bound on an invocation's event, in bytes of JSON. */
export const eventBytesMax = 6_291_456;

/** What stands around the records of an event, as JSON. */
export interface Envelope {
  readonly before: string;
  readonly after: string;
}

/** The event of a function that Lambda itself reads a stream for. */
export const lambdaEnvelope: Envelope = { before: '{"Records":[', after: ']}' };

export interface BatchRoom {
  /** What the event takes without its records, in bytes of JSON. */
  readonly frameBytes: number;
  /** So many records from the front may go together at most. */
  readonly recordsMax?: number;
}

/** How many records from the front make the next batch at most, and whether no other could join them. */
export function batchBound(
  records: readonly SourceRecord[],
  { BatchSize }: Pick<MappingSettings, 'BatchSize'>,
  { frameBytes, recordsMax = records.length }: BatchRoom,
): { readonly count: number; readonly full: boolean } {
  let bytes = frameBytes;
  let count = 0;
  for (const { jsonBytes } of records) {
    if (count === BatchSize || count === recordsMax) return { count, full: true };
    bytes += jsonBytes + (count === 0 ? 0 : 1);
    // A record that exceeds the bound by itself is delivered alone: Lambda refuses it then, and it counts as failed.
    if (bytes > eventBytesMax && count > 0) return { count, full: true };
    count += 1;
  }
  return { count, full: count === BatchSize };
}

/** The event of a batch, as JSON. */
export function eventJson(records: readonly SourceRecord[], { before, after }: Envelope = lambdaEnvelope): string {
  return `${before}${records.map((record) => record.json).join(',')}${after}`;
}

/** What an event takes without its records, in bytes of JSON. */
export function envelopeBytes({ before, after }: Envelope): number {
  return Buffer.byteLength(before) + Buffer.byteLength(after);
}
