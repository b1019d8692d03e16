import type { RunLock } from './lock.ts';
import type { Refusal } from './refusal.ts';
import type { TimelineItem } from './timeline.ts';

/** Whose records a recount is to count: what a pipe brings, named by itself, or what a run reads from the archive. */
export type RecountCaller = { readonly pipe: string } | { readonly run: string };

export type RecountPermission =
  | { readonly ok: true; readonly run: string; readonly generation: number }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Whether a recount may write, asked with a timeline that was read consistently in the same invocation: only for the run that has the lock, and
 * only before it has switched or was aborted. A pipe that outlived its run writes nothing.
 */
export function recountPermission({ Lock }: Pick<TimelineItem, 'Lock'>, caller: RecountCaller): RecountPermission {
  if (Lock === undefined || !isOf(Lock, caller)) return { ok: false, refusal: { kind: 'lock-lost' } };
  const { Run, Generation, Stage } = Lock;
  if (Stage === 'aborted' || Stage === 'switched') return { ok: false, refusal: { kind: Stage } };
  if (Generation === undefined) return { ok: false, refusal: { kind: 'lock-lost' } };
  return { ok: true, run: Run, generation: Generation };
}

function isOf({ Run, Pipe }: RunLock, caller: RecountCaller): boolean {
  return 'pipe' in caller ? Pipe === caller.pipe : Run === caller.run;
}
