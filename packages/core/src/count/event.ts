import { isUtf8 } from 'node:buffer';
import type { EventFields } from '../config.ts';
import { nameBytesMax, nestingDepthMax } from '../limits.ts';
import { shownBeginning, shownBytes, shownPath, shownValue } from './detail.ts';
import { knownName, refusalOfName, rememberName } from './event-name.ts';
import { instantOfNumber, instantOfText } from './instant.ts';
import { JsonScanner, type JsonVerdict } from './json.ts';
import { JsonField, textOfString } from './json-field.ts';
import type { MalformedReason, RecordSink } from './outcome.ts';

/**
 * One event is one JSON object (RFC 8259, UTF-8, no byte order mark) with nothing but white space around it. Its name and time
 * are found by paths of own keys of objects: an array is not entered, a key written with escapes is the key it stands for,
 * and of equal keys the last wins, as JSON.parse has it. Everything else in the event may be anything that is JSON.
 */

/** A JSON escape of one byte of text has up to six: a longer string is too long a name, and need not be made. */
const escapedNameBytesMax = 6 * nameBytesMax;

const nameExpected = `a string of 1 to ${nameBytesMax} bytes`;
const timeExpected = 'ISO 8601, epoch seconds or milliseconds';

/** The scanner for the fields of one source: made once, used for record after record. */
interface EventReader {
  readonly fields: EventFields;
  readonly name: JsonField;
  readonly time: JsonField;
  readonly scanner: JsonScanner;
}

let lastReader: EventReader | undefined;

/** Tells `sink` name and time of the event between `start` and `end`, or why it has none: exactly one call. */
export function decodeEvent(
  bytes: Uint8Array,
  start: number,
  end: number,
  fields: EventFields,
  sink: RecordSink,
): void {
  const reader = lastReader?.fields === fields ? lastReader : readerOf(fields);
  const verdict = reader.scanner.scan(bytes, start, end);
  const sound = verdict === 'object' && !reader.scanner.nonAscii;
  if (!sound && isRefused(bytes, start, end, verdict, reader.scanner, sink)) return;
  const name = nameOf(bytes, reader.name, sink);
  if (name === undefined) return;
  const timeMs = timeOf(bytes, reader.time, sink);
  if (timeMs === undefined) return;
  sink.event(name, timeMs);
}

function readerOf(fields: EventFields): EventReader {
  const name = new JsonField(fields.name);
  const time = new JsonField(fields.time);
  lastReader = { fields, name, time, scanner: new JsonScanner(name, time, nestingDepthMax) };
  return lastReader;
}

/** Refuses what is no JSON object. */
function isRefused(
  bytes: Uint8Array,
  start: number,
  end: number,
  verdict: JsonVerdict,
  scanner: JsonScanner,
  sink: RecordSink,
): boolean {
  if (verdict === 'empty') {
    sink.malformed('record-empty', `${start === end ? 'no bytes' : 'only white space'}, expected a JSON object`);
  } else if (!isUtf8(bytes.subarray(start, end))) {
    sink.malformed('not-utf8', `not UTF-8, begins with ${shownBytes(bytes, start, end)}, expected a JSON object`);
  } else if (verdict === 'invalid') {
    const found = shownBeginning(bytes, scanner.failedAt, end);
    sink.malformed('not-json', `byte ${scanner.failedAt - start}: found ${found}, expected ${scanner.expected}`);
  } else if (verdict === 'too-deep') {
    const at = scanner.failedAt - start;
    sink.malformed('nested-too-deep', `byte ${at}: nested deeper than ${nestingDepthMax}, expected at most that`);
  } else if (verdict === 'other') {
    sink.malformed('not-an-object', `found ${shownBeginning(bytes, start, end)}, expected a JSON object`);
  } else {
    return false;
  }
  return true;
}

function nameOf(bytes: Uint8Array, field: JsonField, sink: RecordSink): string | undefined {
  if (field.start < 0) return refuse(bytes, field, 'name-missing', nameExpected, sink);
  if (bytes[field.start] !== 0x22) return refuse(bytes, field, 'name-not-a-string', nameExpected, sink);
  const start = field.start + 1;
  const end = field.end - 1;
  const known = knownName(bytes, start, end);
  if (known !== undefined) return known;
  if (end - start > escapedNameBytesMax) return refuse(bytes, field, 'name-too-long', nameExpected, sink);
  const name = textOfString(bytes, start, end, field.escaped);
  const reason = refusalOfName(name);
  if (reason !== undefined) return refuse(bytes, field, reason, nameExpectation(reason), sink);
  if (!field.escaped) rememberName(name, bytes, start, end);
  return name;
}

function nameExpectation(reason: MalformedReason): string {
  if (reason === 'name-not-printable') return 'no control characters or lone surrogates';
  if (reason === 'name-reserved') return 'another name: this one is for series over the cap';
  return nameExpected;
}

function timeOf(bytes: Uint8Array, field: JsonField, sink: RecordSink): number | undefined {
  if (field.start < 0) return refuse(bytes, field, 'time-missing', timeExpected, sink);
  const timeMs = readTime(bytes, field);
  return Number.isNaN(timeMs) ? refuse(bytes, field, 'time-unreadable', timeExpected, sink) : timeMs;
}

function readTime(bytes: Uint8Array, field: JsonField): number {
  const byte = bytes[field.start] as number;
  if (byte === 0x22) {
    if (!field.escaped) return instantOfText(bytes, field.start + 1, field.end - 1);
    const text = Buffer.from(textOfString(bytes, field.start + 1, field.end - 1, true));
    return instantOfText(text, 0, text.length);
  }
  // A negative number is no time, whatever it is.
  if (byte < 0x30 || byte > 0x39) return Number.NaN;
  return instantOfNumber(Number(textOfString(bytes, field.start, field.end, false)));
}

function refuse(
  bytes: Uint8Array,
  field: JsonField,
  reason: MalformedReason,
  expected: string,
  sink: RecordSink,
): undefined {
  const found = field.start < 0 ? 'missing' : shownValue(bytes, field.start, field.end);
  sink.malformed(reason, `${shownPath(field.path)}: ${found}, expected ${expected}`);
}
