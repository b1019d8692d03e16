import type * as v from 'valibot';
import { value } from './settings.ts';

const dayMs = 24 * 60 * 60 * 1000;
const daysMax = 36_500;

/** A length of time in whole days or weeks, as it is written: `'14d'`, `'2w'`. */
export const duration: v.GenericSchema<unknown, string> = value<string>(
  'a length of time',
  `whole days or weeks such as '14d' or '2w', from '1d' to '${daysMax}d'`,
  (input) => typeof input === 'string' && daysOf(input) <= daysMax,
);

/** Milliseconds of a duration that was checked. */
export function durationMs(duration: string): number {
  return daysOf(duration) * dayMs;
}

/** NaN for what is no duration. */
function daysOf(text: string): number {
  const [, digits, unit] = /^([1-9]\d{0,4})([dw])$/.exec(text) ?? [];
  return Number(digits) * (unit === 'w' ? 7 : 1);
}
