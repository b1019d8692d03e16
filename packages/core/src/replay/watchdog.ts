import { decisionsCacheMs } from '../limits.ts';
import type { HeldMapping, RunLock } from './lock.ts';

/** What the function `watchdog` is called with, by its rules and by operators: the sources whose locks it is to look at. */
export interface WatchdogCall {
  readonly sources: readonly string[];
}

/** What it did with a source's lock. */
export interface WatchdogFinding {
  readonly source: string;
  readonly run: string;
  /** `running`: its execution goes on. `waiting`: the switch is too young. `released`: cleaned up. `pipe`: all but its pipe, which is being deleted. */
  readonly outcome: 'running' | 'waiting' | 'pipe' | 'released';
}

export interface WatchdogAnswer {
  readonly findings: readonly WatchdogFinding[];
}

/** What is to be done about a run whose execution has stopped, one step after the other. */
export type Cleanup =
  /** Nothing is decided: abort, and look again. */
  | { readonly kind: 'abort' }
  /** Readers may still go by the timeline of before, or calls of the run may still be on their way: look again at or after `atMs`. */
  | { readonly kind: 'wait'; readonly atMs: number }
  | { readonly kind: 'enable'; readonly held: readonly HeldMapping[] }
  /** Delete the pipe, where there is one; then write how the run ended, and release the lock. */
  | { readonly kind: 'end'; readonly outcome: 'cancelled' | 'aborted' | 'switched' | 'undone' };

/**
 * From the moment when the write of a switch was made up until it may have taken effect, in milliseconds: six attempts of six seconds at most, and
 * the pauses between them.
 */
const switchWriteMsMax = 60_000;

/**
 * From the moment when a run was aborted until none of its calls can be under way any more, in milliseconds: the timeout of a step, the longest attempt, and
 * room for clocks that differ. One that disables a mapping and lands after the mapping was enabled again would leave it held for good; one that
 * makes the pipe after it was looked for, a pipe that nobody knows of.
 */
export const lateCallMsMax = 120_000;

/** When everybody who reads a timeline that was switched knows it, reckoned from the lock alone. Milliseconds since the epoch. */
export function everybodyKnowsMs(switchedMs: number): number {
  return switchedMs + switchWriteMsMax + decisionsCacheMs;
}

/** The next thing to do. `stoppedBy`: how the execution ended, in the word of Step Functions. */
export function cleanupOf(lock: RunLock, stoppedBy: string, nowMs: number): Cleanup {
  const { Kind, Stage, SwitchedMs, AbortedMs = 0, Held = [] } = lock;
  if (Stage === 'open' || Stage === 'holding') return { kind: 'abort' };
  const isHeld = Held.length > 0;
  const knownMs = isHeld ? everybodyKnowsMs(SwitchedMs ?? nowMs) : nowMs;
  const atMs = Stage === 'switched' ? knownMs : AbortedMs + lateCallMsMax;
  if (atMs > nowMs) return { kind: 'wait', atMs };
  if (isHeld) return { kind: 'enable', held: Held };
  if (Stage === 'switched') return { kind: 'end', outcome: Kind === 'undo' ? 'undone' : 'switched' };
  return { kind: 'end', outcome: stoppedBy === 'ABORTED' ? 'cancelled' : 'aborted' };
}
