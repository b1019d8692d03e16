import type { Clock } from '../../clock.ts';
import { causeOfEnd } from './failures.ts';
import type { ExecutionStore } from './store.ts';

/** How long Step Functions keeps an execution after its end. */
const keptMs = 90 * 86_400_000;

/** Executions and map runs that ran when an engine ended without notice: nothing goes on with them. Old ones are forgotten. */
export function abortUnfinished(store: ExecutionStore, clock: Clock): void {
  const stoppedMs = clock.now();
  store.forget(stoppedMs - keptMs);
  for (const executionArn of store.running()) {
    const record = store.find(executionArn);
    if (record === undefined) continue;
    const previousEventId = store.lastEventId(executionArn);
    store.addEvent(executionArn, {
      ...{ timestamp: new Date(stoppedMs), type: 'ExecutionAborted', id: previousEventId + 1, previousEventId },
      executionAbortedEventDetails: { cause: causeOfEnd },
    });
    store.update({ ...record, status: 'ABORTED', stoppedMs, cause: causeOfEnd });
  }
  for (const record of store.unfinishedMapRuns()) store.putMapRun({ ...record, status: 'ABORTED', stoppedMs });
}
