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
  /** Readers may still go by the timeline of before: look again at or after `atMs`. */
  | { readonly kind: 'wait'; readonly atMs: number }
  | { readonly kind: 'enable'; readonly held: readonly HeldMapping[] }
  /** Delete the pipe, where there is one; then write how the run ended, and release the lock. */
  | { readonly kind: 'end'; readonly outcome: 'cancelled' | 'aborted' | 'switched' };

/**
 * From the moment when the write of a switch was made up until it may have taken effect, in milliseconds: six attempts of six seconds at most, and
 * the pauses between them.
 */
const switchWriteMsMax = 60_000;

/** When everybody who reads a timeline that was switched knows it, reckoned from the lock alone. Milliseconds since the epoch. */
export function everybodyKnowsMs(switchedMs: number): number {
  return switchedMs + switchWriteMsMax + decisionsCacheMs;
}

/** The next thing to do. `stoppedBy`: how the execution ended, in the word of Step Functions. */
export function cleanupOf({ Stage, SwitchedMs, Held = [] }: RunLock, stoppedBy: string, nowMs: number): Cleanup {
  if (Stage === 'open' || Stage === 'holding') return { kind: 'abort' };
  if (Held.length > 0) {
    const atMs = Stage === 'switched' ? everybodyKnowsMs(SwitchedMs ?? nowMs) : nowMs;
    return atMs > nowMs ? { kind: 'wait', atMs } : { kind: 'enable', held: Held };
  }
  if (Stage === 'switched') return { kind: 'end', outcome: 'switched' };
  return { kind: 'end', outcome: stoppedBy === 'ABORTED' ? 'cancelled' : 'aborted' };
}
