import type { StepError } from '../replay/step-errors.ts';
import type { TimelineItem } from '../replay/timeline.ts';

/** What wants to count: a batch that a pipe brought, or a run that reads its archive. */
export type Applicant = { readonly pipe: string } | { readonly run: string };

/** Whether it may, and into which generation. */
export type Permit =
  | {
      readonly ok: true;
      readonly run: string;
      readonly generation: number;
      /** Whether live counting is held, or soon will be: then a recount that follows it waits in vain. */
      readonly isHolding: boolean;
    }
  | {
      readonly ok: false;
      readonly error: Extract<StepError, 'LockLost' | 'Aborted' | 'OutOfTurn'>;
      readonly reason: string;
    };

/**
 * A recount writes for the run that holds the lock, and before its switch alone: a pipe that outlived its run, or an invocation that came late, must
 * not count into a generation that people read by then. `item`: TIMELINE, read consistently by this very invocation; undefined where there is none.
 */
export function permitFor(item: Pick<TimelineItem, 'Lock'> | undefined, applicant: Applicant): Permit {
  const lock = item?.Lock;
  if (lock === undefined) return refused('LockLost', 'no run holds the lock');
  const { Run: run, Generation: generation, Stage, Pipe } = lock;
  if ('run' in applicant && applicant.run !== run) {
    return refused('LockLost', `run ${run} holds the lock, not ${applicant.run}`);
  }
  if ('pipe' in applicant && applicant.pipe !== Pipe) {
    const reason = `run ${run} holds the lock, and its pipe is ${Pipe ?? 'not made yet'}, not ${applicant.pipe}`;
    return refused('LockLost', reason);
  }
  if (generation === undefined) return refused('LockLost', `run ${run} counts nothing`);
  if (Stage === 'aborted') return refused('Aborted', `run ${run} was aborted`);
  if (Stage !== 'open' && Stage !== 'holding') return refused('OutOfTurn', `run ${run} is ${Stage}`);
  return { ok: true, run, generation, isHolding: Stage === 'holding' };
}

function refused(error: (Permit & { readonly ok: false })['error'], reason: string): Permit {
  return { ok: false, error, reason };
}
