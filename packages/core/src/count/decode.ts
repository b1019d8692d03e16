import type { EventFields } from '../config.ts';
import { aggregateRecordsMax, recordBytesMax } from '../limits.ts';
import { userRecordRanges } from './aggregate.ts';
import { decodeEvent } from './event.ts';
import { expandGzip, isGzip } from './gzip.ts';
import type { RecordSink } from './outcome.ts';

/**
 * Reads one Kinesis record: a JSON object, plain or compressed with gzip, or a KPL aggregate of such records.
 * Tells `sink` one outcome an event, in their order: one of a plain record, one a user record of an aggregate, and one of an
 * aggregate that is refused as a whole. Never throws on what a producer wrote, and depends on nothing but its arguments.
 *
 * `data`: base64, as Kinesis hands it over.
 */
export function decodeRecord(data: string, fields: EventFields, sink: RecordSink): void {
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length > recordBytesMax) {
    return sink.malformed(
      'record-too-large',
      `the record has ${bytes.length} bytes, expected at most ${recordBytesMax}`,
    );
  }
  const ranges = userRecordRanges(bytes, aggregateRecordsMax);
  if (ranges === undefined) return decodeUserRecord(bytes, fields, sink);
  if (ranges.length === 0) return sink.malformed('record-empty', 'the aggregate holds no records');
  if (ranges.length > 2 * aggregateRecordsMax) {
    return sink.malformed('aggregate-too-large', `the aggregate holds more than ${aggregateRecordsMax} records`);
  }
  for (let index = 0; index < ranges.length; index += 2) {
    decodeUserRecord(bytes.subarray(ranges[index], ranges[index + 1]), fields, sink);
  }
}

function decodeUserRecord(bytes: Uint8Array, fields: EventFields, sink: RecordSink): void {
  if (!isGzip(bytes, 0, bytes.length)) return decodeEvent(bytes, fields, sink);
  const expanded = expandGzip(bytes);
  if (typeof expanded === 'string') return sink.malformed(expanded, `the record is ${expanded}`);
  decodeEvent(expanded, fields, sink);
}
