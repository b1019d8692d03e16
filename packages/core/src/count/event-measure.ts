import { measureMagnitudeMax, measureMagnitudeMin } from '../limits.ts';
import { numberOf } from './json-number.ts';

/**
 * The scanned JSON value between `start` and `end` as a measure: NaN where it is no number (a string of digits is none), infinite where it
 * lies beyond `measureMagnitudeMax`, 0 where it lies nearer to 0 than `measureMagnitudeMin`; never -0.
 */
export function measureOf(bytes: Uint8Array, start: number, end: number): number {
  const byte = bytes[start] as number;
  if (byte !== 0x2d && (byte < 0x30 || byte > 0x39)) return Number.NaN;
  const value = numberOf(bytes, start, end);
  const magnitude = Math.abs(value);
  if (magnitude > measureMagnitudeMax) return Number.POSITIVE_INFINITY;
  return magnitude < measureMagnitudeMin ? 0 : value;
}
