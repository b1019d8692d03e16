import type { TimelineItem } from '../replay/timeline.ts';

/** What wants to count: a batch that a pipe brought, or a run that reads its archive. */
export type Applicant = { readonly pipe: string } | { readonly run: string };

/** Whether it may, and into which generation. */
export type Permit =
  | { readonly ok: true; readonly run: string; readonly generation: number }
  | { readonly ok: false; readonly reason: string };

/**
 * A recount writes for the run that holds the lock, and before its switch alone: a pipe that outlived its run, or an invocation that came late, must
 * not count into a generation that people read by then. `item`: TIMELINE, read consistently by this very invocation; undefined where there is none.
 */
export function permitFor(item: Pick<TimelineItem, 'Lock'> | undefined, applicant: Applicant): Permit {
  const lock = item?.Lock;
  if (lock === undefined) return refused('no run holds the lock');
  const { Run: run, Generation: generation, Stage, Pipe } = lock;
  if ('run' in applicant && applicant.run !== run) return refused(`run ${run} holds the lock, not ${applicant.run}`);
  if ('pipe' in applicant && applicant.pipe !== Pipe) {
    return refused(`run ${run} holds the lock, and its pipe is ${Pipe ?? 'not made yet'}, not ${applicant.pipe}`);
  }
  if (generation === undefined) return refused(`run ${run} counts nothing`);
  if (Stage !== 'open' && Stage !== 'holding') return refused(`run ${run} is ${Stage}`);
  return { ok: true, run, generation };
}

function refused(reason: string): Permit {
  return { ok: false, reason };
}
