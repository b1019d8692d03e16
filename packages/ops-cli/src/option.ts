import { instantOfText } from '@tidemark/core/count/instant';
import { nameBytesMax } from '@tidemark/core/limits';
import { formatInstant } from '@tidemark/core/series/bucket';
import { InvalidArgumentError } from 'commander';
import { UsageError } from './failure.ts';

/** Parsers of option values. Each throws what commander prints with the option's name, exit code 2. */

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** A number above zero. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('Expected a number above zero.');
  }
  return value;
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** No event has a time before the first or after the last, and no bucket and no window starts there. */
const momentMsMin = Date.parse('0000-01-01T00:00:00Z');
const momentMsMax = Date.parse('9999-12-31T23:59:59Z');
/** An instant that an operator wrote: a date or time in UTC, or an age that counts back from now. */
export type Moment = { readonly atMs: number } | { readonly agoMs: number };

/** A time as events may write it (`2026-11-02`, `2026-11-02T09:00:00Z`, without a zone: UTC), or `30s`, `90m`, `6h`, `2d` ago. */
export function parseMoment(text: string): Moment {
  const age = /^(\d+)([smhd])$/.exec(text);
  if (age !== null) return { agoMs: Number(age[1]) * (unitMs[age[2] ?? ''] ?? 0) };
  const bytes = Buffer.from(text);
  const atMs = instantOfText(bytes, 0, bytes.length);
  if (Number.isNaN(atMs)) {
    throw new InvalidArgumentError(
      'Expected a time such as 2026-11-02 or 2026-11-02T09:00:00Z, or an age such as 30s, 90m, 6h, 2d.',
    );
  }
  return { atMs };
}

function momentMs(moment: Moment, nowMs: number): number {
  const atMs = 'atMs' in moment ? moment.atMs : nowMs - moment.agoMs;
  return Math.max(momentMsMin, Math.min(momentMsMax, atMs));
}

/** The span that two options mean, `--from` and `--to` unless told; either may be open. Throws a UsageError for one that ends before it begins. */
export function spanOf(
  from: Moment | undefined,
  to: Moment | undefined,
  nowMs: number,
  [fromOption, toOption]: readonly [string, string] = ['--from', '--to'],
): { readonly fromMs?: number; readonly toMs?: number } {
  const fromMs = from === undefined ? undefined : momentMs(from, nowMs);
  const toMs = to === undefined ? undefined : momentMs(to, nowMs);
  if (fromMs !== undefined && toMs !== undefined && toMs <= fromMs) {
    const [begin, end] = [fromMs, toMs].map((ms) => formatInstant(Math.floor(ms / 1000) * 1000));
    throw new UsageError(`${toOption}: ${end} does not lie after ${fromOption}, which is ${begin}`);
  }
  return { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) };
}

/** The name of an event. */
export function parseName(text: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > 0 && bytes <= nameBytesMax) return text;
  throw new InvalidArgumentError(`Expected a name of 1 to ${nameBytesMax} bytes, as events have.`);
}

/** A field path: `visitor`, `request.path`. */
export function parsePath(text: string): readonly string[] {
  const path = text.split('.');
  if (path.some((key) => key === ''))
    throw new InvalidArgumentError('Expected a field, or a path of fields such as request.path.');
  return path;
}
