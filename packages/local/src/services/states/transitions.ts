import type { HistoryEvent } from '@aws-sdk/client-sfn';

/**
 * Counts an execution's state transitions as Step Functions bills them, from its history: one for every state that is
 * entered, one for every repetition of a task, and one for a redrive.
 */
export class TransitionCounter {
  /** The event with which a task was entered, until its first attempt. */
  readonly #entered = new Set<number>();

  /** How many transitions the event stands for: 0 or 1. */
  count({ type = 'ExecutionStarted', id = 0, previousEventId = 0 }: HistoryEvent): number {
    if (type.endsWith('StateEntered')) {
      if (type === 'TaskStateEntered') this.#entered.add(id);
      return 1;
    }
    if (type === 'ExecutionRedriven') return 1;
    if (type !== 'TaskScheduled' && type !== 'LambdaFunctionScheduled') return 0;
    return this.#entered.delete(previousEventId) ? 0 : 1;
  }
}
