import { aheadOfArrivalMsMax } from '../limits.ts';
import type { PipeStart } from './recount-steps.ts';

/** Kept beside what events may be ahead: arrivals may go backwards, and clocks differ. Milliseconds. */
export const pipeMarginMs = 5 * 60_000;

/** From which arrival on a pipe must read, so that buckets from `fromMs` on are whole. Milliseconds since the epoch. */
export function pipeFromMs(fromMs: number): number {
  return fromMs - aheadOfArrivalMsMax - pipeMarginMs;
}

export function pipeStart(arrivalMs: number | undefined): PipeStart {
  return arrivalMs === undefined
    ? { StartingPosition: 'TRIM_HORIZON' }
    : { StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: new Date(arrivalMs).toISOString() };
}
