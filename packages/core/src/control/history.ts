import { decisionsCacheMs, invocationMsMax } from '../limits.ts';

/**
 * When a decision taken at `nowMs` may take effect, as an arrival time. Two things must be over by then: the write that
 * records the decision (it is cut off with its invocation at the latest), and every memory of the time before it.
 */
export function effectiveFrom(nowMs: number): number {
  return nowMs + invocationMsMax + decisionsCacheMs;
}

/** The entry in force at `arrivalMs`: the last one whose `FromMs` is not after it. `history` ascends by `FromMs`. */
export function inForce<Entry extends { readonly FromMs: number }>(
  history: readonly Entry[],
  arrivalMs: number,
): Entry | undefined {
  for (let at = history.length - 1; at >= 0; at -= 1) {
    const entry = history[at];
    if (entry !== undefined && entry.FromMs <= arrivalMs) {
      return entry;
    }
  }
  return undefined;
}
