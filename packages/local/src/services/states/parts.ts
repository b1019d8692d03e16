import type { Clock } from '../../clock.ts';
import type { TaskTokens } from '../../states/task-tokens.ts';
import type { Executions } from './executions.ts';
import type { StateMachines } from './machine.ts';
import type { MapRuns } from './map-runs.ts';
import type { ExecutionStore } from './store.ts';

/** What the operations of the API work on. */
export interface StepFunctionsParts {
  readonly clock: Clock;
  readonly machines: StateMachines;
  readonly store: ExecutionStore;
  readonly executions: Executions;
  readonly mapRuns: MapRuns;
  readonly tokens: TaskTokens;
}
