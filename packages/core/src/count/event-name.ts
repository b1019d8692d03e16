import { nameBytesMax } from '../limits.ts';
import { otherSeries } from '../series/partial.ts';
import type { MalformedReason } from './outcome.ts';

/** Control characters, line and paragraph separators, and surrogates without their other half. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * Why `name` cannot name a series, or undefined. A good name is taken exactly as written: nothing is trimmed, folded or
 * normalised, so that `Page view`, `page view` and `page view ` are three series.
 */
export function refusalOfName(name: string): MalformedReason | undefined {
  // CloudWatch takes no dimension of nothing but white space.
  if (name.trim() === '') return 'name-empty';
  if (Buffer.byteLength(name) > nameBytesMax) return 'name-too-long';
  if (unprintable.test(name)) return 'name-not-printable';
  if (name === otherSeries) return 'name-reserved';
  return undefined;
}
