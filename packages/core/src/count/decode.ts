import type { EventFields } from '../config.ts';
import { aggregateExpandedBytesMax, aggregateRecordsMax, gzipExpandedBytesMax, recordBytesMax } from '../limits.ts';
import { userRecordRanges } from './aggregate.ts';
import { decodeEvent } from './event.ts';
import { expandGzip, isGzip } from './gzip.ts';
import type { RecordSink } from './outcome.ts';

/** Ordinary records are decoded into the same memory, one after the other. KPL aggregates have 50 KiB unless told otherwise. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Reads one Kinesis record: an event (see event.ts), plain or compressed with gzip, or a KPL aggregate of such records.
 * Tells `sink` one outcome an event, in their order: one of a plain record, one a user record of an aggregate, and one of an
 * aggregate that is empty or too large. What bears the mark of an aggregate and is none is taken for a plain record.
 * Never throws on what a producer wrote, and depends on nothing but its arguments. `sink` must not call back into it.
 *
 * `data`: base64, as Kinesis hands it over.
 */
export function decodeRecord(data: string, fields: EventFields, sink: RecordSink): void {
  // Four characters of base64 are three bytes, so that this bounds what the memory must hold.
  const bytes = data.length <= scratch.length ? scratch : Buffer.from(data, 'base64');
  const length = bytes === scratch ? scratch.write(data, 0, 'base64') : bytes.length;
  if (length > recordBytesMax) {
    sink.malformed('record-too-large', `the record has ${length} bytes, expected at most ${recordBytesMax}`);
    return;
  }
  // Only an aggregate begins with this byte and is not malformed.
  const ranges = bytes[0] === 0xf3 ? userRecordRanges(bytes.subarray(0, length), aggregateRecordsMax) : undefined;
  if (ranges === undefined) decodeUserRecord(bytes, 0, length, gzipExpandedBytesMax, fields, sink);
  else decodeAggregate(bytes, ranges, fields, sink);
}

function decodeAggregate(bytes: Uint8Array, ranges: readonly number[], fields: EventFields, sink: RecordSink): void {
  if (ranges.length === 0) {
    sink.malformed('record-empty', 'the aggregate holds no record, expected at least one');
    return;
  }
  if (ranges.length > 2 * aggregateRecordsMax) {
    sink.malformed('aggregate-too-large', `the aggregate holds more than ${aggregateRecordsMax} records`);
    return;
  }
  let expandedBytesLeft = aggregateExpandedBytesMax;
  for (let index = 0; index < ranges.length; index += 2) {
    const bytesMax = Math.min(gzipExpandedBytesMax, expandedBytesLeft);
    const start = ranges[index] as number;
    expandedBytesLeft -= decodeUserRecord(bytes, start, ranges[index + 1] as number, bytesMax, fields, sink);
  }
}

/** Returns how many bytes were read that gzip had made smaller; they are at most `expandedBytesMax`. */
function decodeUserRecord(
  bytes: Uint8Array,
  start: number,
  end: number,
  expandedBytesMax: number,
  fields: EventFields,
  sink: RecordSink,
): number {
  if (!isGzip(bytes, start, end)) {
    decodeEvent(bytes, start, end, fields, sink);
    return 0;
  }
  const expanded = expandGzip(bytes.subarray(start, end), expandedBytesMax);
  if (expanded === 'gzip-broken') {
    sink.malformed(expanded, `${end - start} bytes of gzip cannot be expanded, expected a whole gzip file`);
  } else if (expanded === 'gzip-too-large') {
    sink.malformed(
      expanded,
      `${end - start} bytes of gzip expand to more than ${expandedBytesMax}, expected at most that`,
    );
  } else {
    decodeEvent(expanded, 0, expanded.length, fields, sink);
    return expanded.length;
  }
  return 0;
}
