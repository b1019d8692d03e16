import { Buffer } from 'node:buffer';
import type { EventFields, FieldPath, Measure } from '../config.ts';
import type { ExpectedOutcome } from './outcome.ts';

/**
 * A plain reading of one line: what must become of it when it is sent as a record. It shares no code with the counting
 * path and takes no shortcuts, so that a comparison against it is worth something. It reads plain JSON lines only: a
 * file of lines holds no gzip and no KPL aggregates.
 *
 * `arrivalMs` is when the record reaches the stream, milliseconds since the epoch.
 */
export function readLine(line: Uint8Array, fields: EventFields, arrivalMs: number): ExpectedOutcome {
  if (line.length > 10 * 1024 * 1024) return quarantined('more than 10 MiB');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
  } catch {
    return quarantined('not UTF-8');
  }
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    return quarantined('not JSON');
  }
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return quarantined('not an object');
  if (depthOf(event) > 64) return quarantined('nested deeper than 64');
  const name = follow(event, fields.name);
  const fault = nameFault(name);
  if (fault !== undefined || typeof name !== 'string') return quarantined(fault ?? 'name is not a string');
  const timeMs = readTime(follow(event, fields.time));
  if (timeMs === undefined) return quarantined('no readable time');
  const measures = readMeasures(event, fields.measures);
  if (typeof measures === 'string') return quarantined(measures);
  if (timeMs > arrivalMs + 2 * 60 * 60 * 1000) return quarantined('more than two hours ahead of its arrival');
  return measures === undefined ? { kind: 'event', name, timeMs } : { kind: 'event', name, timeMs, measures };
}

/** When a line says that its event happened, milliseconds since the epoch; undefined where it says nothing readable. */
export function timeOfLine(line: Uint8Array, path: FieldPath): number | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
    return readTime(follow(JSON.parse(text), path));
  } catch {
    return undefined;
  }
}

function quarantined(why: string): ExpectedOutcome {
  return { kind: 'quarantined', why };
}

/** The value at `path`, by own keys of objects alone; undefined where there is none. */
function follow(value: unknown, path: FieldPath): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

/** Levels of objects and arrays, one inside the other; without recursion, since a line may nest a million deep. */
function depthOf(root: unknown): number {
  let depth = 0;
  let level: unknown[] = [root];
  while (level.length > 0) {
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      for (const inner of Object.values(value)) next.push(inner);
    }
    if (level.some((value) => typeof value === 'object' && value !== null)) depth++;
    level = next;
  }
  return depth;
}

/** Why a value is no name of a series, or undefined when it is one. */
function nameFault(name: unknown): string | undefined {
  if (name === undefined) return 'no name';
  if (typeof name !== 'string') return 'name is not a string';
  if (/^\s*$/.test(name)) return 'name is blank';
  if (!name.isWellFormed()) return 'name holds half a character';
  if (Buffer.byteLength(name) > 256) return 'name is longer than 256 bytes';
  if (/[\p{Cc}\u2028\u2029]/u.test(name)) return 'name holds control characters';
  if (name === '$other') return 'name is reserved';
  return undefined;
}

/** The measures of an event by their names, undefined where there are none to read; or why one of them is none. */
function readMeasures(event: object, measures?: readonly Measure[]): Record<string, number> | string | undefined {
  if (measures === undefined) return undefined;
  const found: [string, number][] = [];
  for (const { name, path } of measures) {
    const value = follow(event, path);
    if (value === undefined) return `no ${name}`;
    if (typeof value !== 'number') return `${name} is not a number`;
    if (!Number.isFinite(value) || Math.abs(value) > 1e100) return `${name} is beyond 1e100`;
    found.push([name, Math.abs(value) < 1e-100 ? 0 : value]);
  }
  return Object.fromEntries(found);
}

const isoDate = /^(\d{4})-(\d{2})-(\d{2})$/;
const isoTime =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:[Zz]|([+-])(\d{2}):?(\d{2})?)?$/;
const minute = 60_000;
const day = 24 * 60 * minute;

/** Milliseconds since the epoch, from ISO 8601 (without a zone: UTC) or from epoch seconds or milliseconds. */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'number') return readEpoch(String(value));
  if (typeof value !== 'string') return undefined;
  const timeMs = value.length <= 32 && /^\d+(\.\d+)?$/.test(value) ? readEpoch(value) : readIso(value);
  return timeMs !== undefined && isFourDigitYear(timeMs) ? timeMs : undefined;
}

function isFourDigitYear(timeMs: number): boolean {
  const year = new Date(timeMs).getUTCFullYear();
  return year >= 0 && year <= 9999;
}

function readIso(text: string): number | undefined {
  const date = isoDate.exec(text);
  if (date !== null) return utc(date[1], date[2], date[3], '0', '0', '0');
  const match = isoTime.exec(text);
  if (match === null || /[+-]\d{2}:$/.test(text)) return undefined;
  const [
    ,
    year,
    month,
    dayOfMonth,
    hour,
    minutes,
    second = '0',
    fraction = '',
    sign,
    zoneHour = '0',
    zoneMinute = '0',
  ] = match;
  if (Number(zoneHour) > 23 || Number(zoneMinute) > 59) return undefined;
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * minute * (sign === '-' ? -1 : 1);
  const leap = second === '60';
  const whole = utc(year, month, dayOfMonth, hour, minutes, leap ? '59' : second);
  if (whole === undefined) return undefined;
  const timeMs = whole - offset;
  if (!leap) return timeMs + Number(fraction.padEnd(3, '0').slice(0, 3));
  // A leap second ends a day of UTC, and nothing else; it is the last instant of that day.
  return (timeMs + 1000) % day === 0 ? timeMs + 999 : undefined;
}

/** Milliseconds since the epoch; undefined for a date or a time of day that does not exist. */
function utc(...parts: readonly (string | undefined)[]): number | undefined {
  const [year = 0, month = 0, dayOfMonth = 0, hour = 0, minutes = 0, second = 0] = parts.map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, dayOfMonth);
  date.setUTCHours(hour, minutes, second);
  // A part that is out of range rolls over into the next: what comes out is not what went in.
  const rolled =
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== dayOfMonth ||
    date.getUTCHours() !== hour ||
    date.getUTCMinutes() !== minutes ||
    date.getUTCSeconds() !== second;
  return rolled ? undefined : date.getTime();
}

/** Decimal digits with or without a fraction: seconds from 1973 on below 1e11, milliseconds from there. */
function readEpoch(text: string): number | undefined {
  const value = Number(text);
  if (!(value >= 100_000_000)) return undefined;
  if (value >= 100_000_000_000) return value < 253_402_300_800_000 ? Math.floor(value) : undefined;
  const [whole, fraction = ''] = text.split('.');
  return Number(whole) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
}
