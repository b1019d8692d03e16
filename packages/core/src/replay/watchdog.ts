import { decisionsCacheMs } from '../limits.ts';
import type { HeldMapping, RunLock } from './lock.ts';
import type { RunItem } from './run.ts';

/** What the function `watchdog` is called with, by its rules and by operators: the sources whose locks it is to look at. */
export interface WatchdogCall {
  readonly sources: readonly string[];
}

/** What it did with a source's lock. */
export interface WatchdogFinding {
  readonly source: string;
  readonly run: string;
  /**
   * `running`: its execution goes on. `waiting`: the switch or the abort is too young. `pipe`: its pipe is being deleted. `correcting`: it has switched,
   * and its corrections are being put. `released`: cleaned up.
   */
  readonly outcome: 'running' | 'waiting' | 'pipe' | 'correcting' | 'released';
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

/**
 * How long to wait, in seconds, before the pipe of a run is removed that was not aborted, or by an answer of its own steps: a call that made it and was given
 * up may land after another one has. `recountingMs`: when the pipe ran, and no call to make it began any more; undefined before that.
 */
export function quietSeconds(recountingMs: number | undefined, nowMs: number): number {
  const leftMs = (recountingMs ?? nowMs) + lateCallMsMax - nowMs;
  return Math.max(0, Math.ceil(leftMs / 1000));
}

/** Whoever puts corrections has answered in so long, in milliseconds: the time that a step takes, and that of its last call. */
const correctingMsMax = 7 * 60_000;

/**
 * Corrections that cannot be put in so long after the switch never are, in milliseconds: no other run of the source can begin meanwhile, and the
 * table is right.
 */
const correctedMsMax = 6 * 60 * 60_000;

/** When everybody who reads a timeline that was switched knows it, reckoned from the lock alone. Milliseconds since the epoch. */
export function everybodyKnowsMs(switchedMs: number): number {
  return switchedMs + switchWriteMsMax + decisionsCacheMs;
}

/** What is left to do for the metrics of a run that has switched. `waiting`: somebody puts its corrections, or has just stopped to. */
export function correctionLeft(
  { Settings, Corrected, CorrectingMs }: Partial<RunItem>,
  { SwitchedMs = 0 }: RunLock,
  nowMs: number,
): 'none' | 'due' | 'waiting' {
  const isDone = Corrected !== undefined && Corrected.Cursor === undefined;
  if (Settings === undefined || isDone || nowMs - SwitchedMs > correctedMsMax) return 'none';
  return mayCorrect(CorrectingMs, nowMs) ? 'due' : 'waiting';
}

/** Corrections that began at or after this may still be on their way. Milliseconds since the epoch. */
export function correctingSinceMs(nowMs: number): number {
  return nowMs - correctingMsMax;
}

function mayCorrect(correctingMs: number | undefined, nowMs: number): boolean {
  return correctingMs === undefined || correctingMs < correctingSinceMs(nowMs);
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
