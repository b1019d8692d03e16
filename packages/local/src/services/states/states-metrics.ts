import type { Clock } from '../../clock.ts';
import { type PublishedMetrics, Reporter, Reporters } from '../cloudwatch/reporter.ts';
import type { MetricStore } from '../cloudwatch/store.ts';
import type { ExecutionRecord } from './execution-record.ts';

const namespace = 'AWS/States';
const units = {
  ExecutionsStarted: 'Count',
  ExecutionsSucceeded: 'Count',
  ExecutionsFailed: 'Count',
  ExecutionsTimedOut: 'Count',
  ExecutionsAborted: 'Count',
  ExecutionTime: 'Milliseconds',
} as const;
type Name = keyof typeof units;

export const publishedByStates: PublishedMetrics = { namespace, units, dimensions: [['StateMachineArn']] };

const nameOfEnd: Partial<Record<ExecutionRecord['status'], Name>> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/** What Step Functions publishes of its machines' executions; not of the children of distributed maps. */
export class StatesMetrics {
  readonly #machines: Reporters<Name>;

  constructor(store: MetricStore, clock: Clock) {
    this.#machines = new Reporters(
      (StateMachineArn) => new Reporter({ store, clock, namespace, dimensionSets: [{ StateMachineArn }] }),
    );
  }

  /** A redrive goes on with an execution and starts none. */
  started({ stateMachineArn }: ExecutionRecord): void {
    this.#machines.of(stateMachineArn).add('ExecutionsStarted', 1);
  }

  ended({ stateMachineArn, status, startedMs, stoppedMs = startedMs }: ExecutionRecord): void {
    const name = nameOfEnd[status];
    if (name === undefined) return;
    const reporter = this.#machines.of(stateMachineArn);
    reporter.add(name, 1);
    reporter.add('ExecutionTime', stoppedMs - startedMs);
  }
}
