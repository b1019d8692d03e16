import { aheadOfArrivalMsMax, publishAgeMsMax, publishMarginMs } from '../limits.ts';

export type Age = 'publishable' | 'too-old' | 'too-new';

/**
 * Whether CloudWatch takes a datum at `startMs` now: from two weeks back to two hours ahead, each less the margin,
 * since one datum outside fails its whole call and the clocks of two machines differ.
 */
export function ageOf(startMs: number, nowMs: number): Age {
  if (startMs < nowMs - publishAgeMsMax + publishMarginMs) return 'too-old';
  if (startMs > nowMs + aheadOfArrivalMsMax - publishMarginMs) return 'too-new';
  return 'publishable';
}
