import type { StreamConsumer } from '../control/keys.ts';
import type { Refusal } from './refusal.ts';
import type { Assignment, TimelineItem } from './timeline.ts';
import { assign } from './timeline.ts';

export type RunKind = 'replay' | 'backfill' | 'undo' | 'prune' | 'restore';

/** An event source mapping that a run has disabled: exactly these are enabled again. */
export interface HeldMapping {
  readonly Consumer: StreamConsumer;
  /** Its UUID. */
  readonly Mapping: string;
}

/**
 * How far a run has come, as far as others must know. `open`: nothing of live counting is touched. `holding`: mappings are, or soon will be, disabled.
 * `switched`: the timeline says so, only forward. `aborted`: a switch that comes late is refused.
 */
export type LockStage = 'open' | 'holding' | 'switched' | 'aborted';

/** Who may change the timeline of a source: one run at a time. */
export interface RunLock {
  readonly Run: string;
  readonly Kind: RunKind;
  /** The one that it counts into; absent where it counts nothing: of undo, prune and restore. */
  readonly Generation?: number;
  /** ARN of the execution that holds it. */
  readonly Execution: string;
  readonly SinceMs: number;
  readonly Stage: LockStage;
  /** When the write that switched was made up, which is before it was acknowledged. */
  readonly SwitchedMs?: number;
  /** When the abort was made up. */
  readonly AbortedMs?: number;
  readonly Held?: readonly HeldMapping[];
  readonly HeldMs?: number;
  /** The pipe that this run makes: its records are counted, and no other pipe's. */
  readonly Pipe?: string;
}

/**
 * What a step makes of the item that it has read consistently. `item` is the very item that was read where the step was done before, and there is
 * nothing to write; otherwise its `Version` is one more: put it on the condition that the table's item has the version that was read
 * (0: that there is none), and read again where that fails.
 */
export type LockChange =
  | { readonly ok: true; readonly item: TimelineItem }
  | { readonly ok: false; readonly refusal: Refusal };

/** The last of four digits. */
export const generationMax = 9999;

export interface LockRequest {
  readonly run: string;
  readonly kind: RunKind;
  readonly execution: string;
  readonly nowMs: number;
  /** The name of the pipe that the run will make: whoever cleans up must know it before there is one. */
  readonly pipe?: string;
}

/** Gives the lock, and to a run that counts a generation that no other ever had. Refused while another run has it. */
export function takeLock(item: TimelineItem, { run, kind, execution, nowMs, pipe }: LockRequest): LockChange {
  const { Lock } = item;
  if (Lock?.Run === run) return done(item);
  if (Lock !== undefined)
    return refused({ kind: 'lock-held', run: Lock.Run, runKind: Lock.Kind, sinceMs: Lock.SinceMs });
  const counts = kind === 'replay' || kind === 'backfill';
  if (counts && item.LastGeneration >= generationMax) return refused({ kind: 'generations-used-up' });
  const Generation = item.LastGeneration + 1;
  return changed(item, {
    LastGeneration: counts ? Generation : item.LastGeneration,
    Lock: {
      Run: run,
      Kind: kind,
      ...(counts ? { Generation } : {}),
      Execution: execution,
      SinceMs: nowMs,
      Stage: 'open',
      ...(pipe === undefined ? {} : { Pipe: pipe }),
    },
  });
}

/**
 * Before the first mapping is disabled: `held` are those that are enabled now. A step that is tried again finds some of them disabled already,
 * by itself: what was noted first holds.
 */
export function noteHold(item: TimelineItem, run: string, held: readonly HeldMapping[], nowMs: number): LockChange {
  return withLock(item, run, (lock) => {
    if (lock.Stage === 'holding') return done(item);
    if (lock.Stage !== 'open') return refused(refusalOf(lock));
    return changed(item, { Lock: { ...lock, Stage: 'holding', Held: held, HeldMs: nowMs } });
  });
}

/**
 * Wins against a switch that has not been made, and makes one that comes late fail. Refused after a switch: then only forward. What the run has asked of
 * mappings and pipes may still be on its way: clean up no earlier than `lateCallMsMax` after it (watchdog.ts).
 */
export function abort(item: TimelineItem, run: string, nowMs: number): LockChange {
  return withLock(item, run, (lock) => {
    if (lock.Stage === 'aborted') return done(item);
    if (lock.Stage === 'switched') return refused(refusalOf(lock));
    return changed(item, { Lock: { ...lock, Stage: 'aborted', AbortedMs: nowMs } });
  });
}

/** The commit point: the only change of what is true. */
export function switchTo(
  item: TimelineItem,
  run: string,
  assignments: readonly Assignment[],
  nowMs: number,
): LockChange {
  return withLock(item, run, (lock) => {
    if (lock.Stage === 'switched') return done(item);
    if (lock.Stage !== 'holding') return refused(refusalOf(lock));
    const Ranges = assign(item.Ranges, assignments);
    return changed(item, { Ranges, Lock: { ...lock, Stage: 'switched', SwitchedMs: nowMs } });
  });
}

/** After every held mapping was enabled again. Refused before the run has switched or was aborted. */
export function letGo(item: TimelineItem, run: string): LockChange {
  return withLock(item, run, (lock) => {
    if ((lock.Held ?? []).length === 0) return done(item);
    if (lock.Stage === 'open' || lock.Stage === 'holding') return refused(refusalOf(lock));
    const { Held: _, ...rest } = lock;
    return changed(item, { Lock: rest });
  });
}

/** The end of a run. A lock that another run has by now was released before: nothing is left to do. */
export function release(item: TimelineItem, run: string): LockChange {
  const { Lock, ...rest } = item;
  if (Lock?.Run !== run) return done(item);
  if ((Lock.Held ?? []).length > 0 || Lock.Stage === 'holding') {
    return refused({ kind: 'still-held', mappings: (Lock.Held ?? []).map(({ Mapping }) => Mapping) });
  }
  return { ok: true, item: { ...rest, Version: item.Version + 1 } };
}

/** Whether the run still has the lock and was not aborted: what every step asks first. */
export function standing(item: TimelineItem, run: string): Refusal | undefined {
  if (item.Lock?.Run !== run) return { kind: 'lock-lost' };
  return item.Lock.Stage === 'aborted' ? { kind: 'aborted' } : undefined;
}

function withLock(item: TimelineItem, run: string, change: (lock: RunLock) => LockChange): LockChange {
  return item.Lock?.Run === run ? change(item.Lock) : refused({ kind: 'lock-lost' });
}

/** Why a lock that is ours does not take a step that belongs to another stage. */
function refusalOf({ Stage }: RunLock): Refusal {
  if (Stage === 'aborted') return { kind: 'aborted' };
  return Stage === 'switched' ? { kind: 'switched' } : { kind: 'out-of-turn', stage: Stage };
}

function changed(item: TimelineItem, change: Partial<Omit<TimelineItem, 'Version'>>): LockChange {
  return { ok: true, item: { ...item, ...change, Version: item.Version + 1 } };
}

/** Nothing is to be written. */
function done(item: TimelineItem): LockChange {
  return { ok: true, item };
}

function refused(refusal: Refusal): LockChange {
  return { ok: false, refusal };
}
