import * as v from 'valibot';
import { value } from './settings.ts';

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time as it is written, `'20s'`, `'5m'`, `'4h'`, `'1d'`, from `min` to `max`; in milliseconds. */
export function timeSpan(min: string, max: string): v.GenericSchema<string, number> {
  const [minMs, maxMs] = [timeSpanMs(min), timeSpanMs(max)];
  const expected = `a length of time from '${min}' to '${max}', such as '90s', '15m' or '4h'`;
  return v.pipe(
    value<string>('a length of time', expected, (input) => {
      const ms = typeof input === 'string' ? timeSpanMs(input) : Number.NaN;
      return ms >= minMs && ms <= maxMs;
    }),
    v.transform(timeSpanMs),
    v.description(expected),
  );
}

/** NaN for what is none. */
function timeSpanMs(text: string): number {
  const [, digits, unit = ''] = /^(0|[1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  return Number(digits) * (unitMs[unit] ?? Number.NaN);
}

/** `'15m'`, in the largest unit that gives a whole number. */
export function writtenSpan(ms: number): string {
  const [unit, length] = Object.entries(unitMs).findLast(([, length]) => ms % length === 0) ?? ['s', 1_000];
  return `${ms / length}${unit}`;
}
