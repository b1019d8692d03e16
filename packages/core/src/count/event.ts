import { isUtf8 } from 'node:buffer';
import type { EventFields, FieldPath } from '../config.ts';
import { nestingDepthMax } from '../limits.ts';
import { refusalOfName } from './event-name.ts';
import { instantOfNumber, instantOfText } from './instant.ts';
import type { RecordSink } from './outcome.ts';

/** Reads the one JSON object in `bytes` and tells `sink` its name and time, or why it has none. Exactly one call of `sink`. */
export function decodeEvent(bytes: Uint8Array, fields: EventFields, sink: RecordSink): void {
  if (!isUtf8(bytes)) return sink.malformed('not-utf8', 'the record is not UTF-8, expected one JSON object');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  if (/^[ \t\n\r]*$/.test(text)) return sink.malformed('record-empty', 'the record is empty, expected one JSON object');
  if (nestingDepth(bytes) > nestingDepthMax) {
    return sink.malformed('nested-too-deep', `the record nests deeper than ${nestingDepthMax}`);
  }
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    return sink.malformed('not-json', 'the record is not JSON, expected one JSON object');
  }
  if (!isObject(event)) return sink.malformed('not-an-object', 'the record is JSON, but not an object');
  const name = valueAt(event, fields.name);
  if (name === undefined) return sink.malformed('name-missing', `${fields.name.join('.')}: missing`);
  if (typeof name !== 'string') return sink.malformed('name-not-a-string', `${fields.name.join('.')}: not a string`);
  const refusal = refusalOfName(name);
  if (refusal !== undefined) return sink.malformed(refusal, `${fields.name.join('.')}: ${refusal}`);
  const time = valueAt(event, fields.time);
  if (time === undefined) return sink.malformed('time-missing', `${fields.time.join('.')}: missing`);
  const timeMs = instantOf(time);
  if (Number.isNaN(timeMs)) return sink.malformed('time-unreadable', `${fields.time.join('.')}: unreadable`);
  sink.event(name, timeMs);
}

function instantOf(value: unknown): number {
  if (typeof value === 'number') return instantOfNumber(value);
  if (typeof value !== 'string') return Number.NaN;
  const bytes = Buffer.from(value);
  return instantOfText(bytes, 0, bytes.length);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Follows own keys of objects only: no prototype, no array index, no length of a string. */
function valueAt(event: unknown, path: FieldPath): unknown {
  let value = event;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** How deep brackets nest outside of strings: a bound on what JSON.parse may take, found before it runs. */
function nestingDepth(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inString) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return deepest;
}
