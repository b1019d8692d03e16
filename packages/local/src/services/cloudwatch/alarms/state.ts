import type { AlarmState } from './alarm.ts';

/** A clock that stands still, or is set back a little, gives an alarm's states times of their own. */
const sameTimeMs = 1_000;

/** Of an alarm that was just made. */
export function initialState(atMs: number): AlarmState {
  return { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation', reasonData: undefined, atMs };
}

/** The time of a state after another. No two of an alarm have the same: it tells its transitions apart. */
export function timeAfter(previousMs: number, nowMs: number): number {
  const isOther = nowMs > previousMs || nowMs < previousMs - sameTimeMs;
  return isOther ? nowMs : previousMs + 1;
}
