import { isUtf8 } from 'node:buffer';
import type { EventFields } from '../config.ts';
import { measureMagnitudeMax, nameBytesMax, nestingDepthMax } from '../limits.ts';
import { shownBeginning, shownBytes, shownPath, shownValue } from './detail.ts';
import { measureOf } from './event-measure.ts';
import { knownName, refusalOfName, rememberName } from './event-name.ts';
import { instantOfNumber, instantOfText } from './instant.ts';
import { JsonScanner, type JsonVerdict } from './json.ts';
import { JsonField, textOfString } from './json-field.ts';
import { numberOf } from './json-number.ts';
import type { MalformedReason, RecordSink } from './outcome.ts';

/**
 * One event is one JSON object (RFC 8259, UTF-8, no byte order mark) with nothing but white space around it. Its name, its time
 * and its measures are found by paths of own keys of objects: an array is not entered, a key written with escapes is the key it stands for,
 * and of equal keys the last wins, as JSON.parse has it. Everything else in the event may be anything that is JSON.
 */

/** A JSON escape of one byte of text has up to six: a longer string is too long a name, and need not be made. */
const escapedNameBytesMax = 6 * nameBytesMax;

const nameExpected = `a string of 1 to ${nameBytesMax} bytes`;
const timeExpected = 'ISO 8601, epoch seconds or milliseconds';
const measureExpected = 'a JSON number';
const measureInRange = `a number from -${measureMagnitudeMax} to ${measureMagnitudeMax}`;

/** The scanner for the fields of one source: made once, used for record after record. */
interface EventReader {
  readonly fields: EventFields;
  readonly name: JsonField;
  readonly time: JsonField;
  readonly measures: readonly JsonField[];
  /** The measures of the event read last; undefined where the fields have none. */
  readonly measured: number[] | undefined;
  readonly scanner: JsonScanner;
}

let lastReader: EventReader | undefined;

/** Tells `sink` name, time and measures of the event between `start` and `end`, or why it has none: exactly one call. */
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
  const { measured } = reader;
  if (measured === undefined) sink.event(name, timeMs);
  else if (readMeasures(bytes, reader.measures, measured, sink)) sink.event(name, timeMs, measured);
}

function readerOf(fields: EventFields): EventReader {
  const root = new JsonField();
  const name = root.at(fields.name);
  const time = root.at(fields.time);
  const measures = (fields.measures ?? []).map(({ path }) => root.at(path));
  const measured = measures.length === 0 ? undefined : measures.map(() => 0);
  lastReader = { fields, name, time, measures, measured, scanner: new JsonScanner(root, nestingDepthMax) };
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
  return instantOfNumber(numberOf(bytes, field.start, field.end));
}

/** Fills `measured` in the order of `fields`, or refuses the first of them that is none. */
function readMeasures(bytes: Uint8Array, fields: readonly JsonField[], measured: number[], sink: RecordSink): boolean {
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at] as JsonField;
    const value = field.start < 0 ? Number.NaN : measureOf(bytes, field.start, field.end);
    if (!Number.isFinite(value)) {
      refuseMeasure(bytes, field, value, sink);
      return false;
    }
    measured[at] = value;
  }
  return true;
}

function refuseMeasure(bytes: Uint8Array, field: JsonField, value: number, sink: RecordSink): void {
  if (field.start < 0) refuse(bytes, field, 'measure-missing', measureExpected, sink);
  else if (Number.isNaN(value)) refuse(bytes, field, 'measure-not-a-number', measureExpected, sink);
  else refuse(bytes, field, 'measure-out-of-range', measureInRange, sink);
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
