import type { PruneError } from '@tidemark/core/prune/steps';
import type { Refusal } from '@tidemark/core/replay/refusal';
import { tellRefusal } from '@tidemark/core/replay/refusal';
import type { StepError } from '@tidemark/core/replay/step-errors';

/** A failure that no retry mends. Lambda hands on the name, and the state machine catches it. */
export class StepFailure extends Error {
  constructor(name: StepError | PruneError, message: string) {
    super(message);
    this.name = name;
  }
}

const names: Readonly<Record<Refusal['kind'], StepError>> = {
  'lock-held': 'LockHeld',
  'lock-lost': 'LockLost',
  aborted: 'Aborted',
  switched: 'OutOfTurn',
  'out-of-turn': 'OutOfTurn',
  'still-held': 'OutOfTurn',
  'generations-used-up': 'GenerationsUsedUp',
};

export function failureOf(refusal: Refusal): StepFailure {
  return new StepFailure(names[refusal.kind], tellRefusal(refusal));
}

/** Of several requests at once that failed, the reason of the first where no retry mends that; otherwise the error as it is. */
export function failureIn(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof StepFailure ? error.cause : error;
}
