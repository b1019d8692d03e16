import { Buffer } from 'node:buffer';
import type { EventFields, FieldPath } from '../config.ts';
import type { ExpectedOutcome } from './outcome.ts';

/**
 * A plain reading of one line: what must become of it when it is sent as a record. It shares no code with the counting
 * path and takes no shortcuts, so that a comparison against it is worth something. It reads plain JSON lines only: a
 * file of lines holds no gzip and no KPL aggregates.
 *
 * `arrivalMs` is when the record reaches the stream, milliseconds since the epoch.
 */
export function readLine(line: Uint8Array, fields: EventFields, arrivalMs: number): ExpectedOutcome {
  if (line.length > 1024 * 1024) return quarantined('more than 1 MiB');
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
  if (timeMs > arrivalMs + 2 * 60 * 60 * 1000) return quarantined('more than two hours ahead of its arrival');
  return { kind: 'event', name, timeMs };
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
  if (name === '') return 'name is empty';
  if (!name.isWellFormed()) return 'name holds half a character';
  if (Buffer.byteLength(name) > 256) return 'name is longer than 256 bytes';
  if (/\p{Cc}/u.test(name)) return 'name holds control characters';
  if (name === '$other') return 'name is reserved';
  return undefined;
}

const isoTime =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:(Z)|([+-])(\d{2}):?(\d{2}))?$/;

/** Milliseconds since the epoch, from ISO 8601 (without a zone: UTC) or from epoch seconds or milliseconds. */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'number') return readEpoch(value);
  if (typeof value !== 'string') return undefined;
  const match = isoTime.exec(value);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', , sign, zoneHour = '0', zoneMinute = '0'] =
    match;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)));
  // A part that is out of range rolls over into the next: the date that comes out says so.
  const rolled =
    date.getUTCMonth() !== Number(month) - 1 ||
    date.getUTCDate() !== Number(day) ||
    date.getUTCHours() !== Number(hour) ||
    date.getUTCMinutes() !== Number(minute) ||
    date.getUTCSeconds() !== Number(second);
  if (rolled || Number(zoneHour) > 23 || Number(zoneMinute) > 59) return undefined;
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000;
  return date.getTime() - (sign === '-' ? -offset : offset);
}

function readEpoch(value: number): number | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  return Math.trunc(value < 100_000_000_000 ? value * 1000 : value);
}
