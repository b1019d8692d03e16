import type { AlarmState } from './alarm.ts';

/** A clock that stands still, or is set back a little, gives an alarm's states times of their own. */
const sameTimeMs = 1_000;

const initialReason = 'Unchecked: Initial alarm creation';

/** Of an alarm that was just made. */
export function initialState(atMs: number): AlarmState {
  return { value: 'INSUFFICIENT_DATA', reason: initialReason, reasonData: undefined, atMs };
}

/** Whether nobody has looked at the alarm since it was made. */
export function isInitial({ reason }: AlarmState): boolean {
  return reason === initialReason;
}

/** The time of a state after another. No two of an alarm have the same: it tells its transitions apart. */
export function timeAfter(previousMs: number, nowMs: number): number {
  const isOther = nowMs > previousMs || nowMs < previousMs - sameTimeMs;
  return isOther ? nowMs : previousMs + 1;
}
