import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { executionArn, mapRunArn } from '../../services/states/arn.ts';
import type { ExecutionRecord, MapRunCounts, MapRunRecord } from '../../services/states/execution-record.ts';
import type { DistributedMap } from '../map-runner.ts';
import type { ChildInput } from './item-batcher.ts';

const concurrencyMax = 1_000;

/** A child that is to be run, runs, or has ended. */
export interface Child {
  readonly input: ChildInput;
  /** Undefined before it was started; as it began, or as it ended. */
  record?: ExecutionRecord;
}

/** One map run: its children, what is counted of them, and when too many have failed. */
export class MapRun {
  readonly record: MapRunRecord;
  children: readonly Child[] = [];

  constructor(map: DistributedMap, { parent, clock }: { readonly parent: ExecutionRecord; readonly clock: Clock }) {
    const label = labelOf(map);
    this.record = {
      mapRunArn: mapRunArn(parent.stateMachineArn, label, randomUUID()),
      executionArn: parent.executionArn,
      stateMachineArn: `${parent.stateMachineArn}/${label}`,
      status: 'RUNNING',
      startedMs: clock.now(),
      maxConcurrency: map.maxConcurrency,
      toleratedFailureCount: map.toleratedFailureCount ?? 0,
      toleratedFailurePercentage: map.toleratedFailurePercentage ?? 0,
      itemCounts: noCounts(),
      executionCounts: noCounts(),
      redriveCount: 0,
    };
  }

  /** How many children may run now. */
  get concurrency(): number {
    const { maxConcurrency } = this.record;
    return maxConcurrency === 0 ? concurrencyMax : Math.min(maxConcurrency, concurrencyMax);
  }

  planned(inputs: readonly ChildInput[]): void {
    this.children = inputs.map((input) => ({ input }));
    for (const { items } of inputs) this.#add('pending', items, 1);
    this.record.itemCounts.total = this.record.itemCounts.pending;
    this.record.executionCounts.total = this.record.executionCounts.pending;
  }

  /** It goes on after it has ended: with the children that did not succeed. */
  redriven(nowMs: number): void {
    delete this.record.stoppedMs;
    Object.assign(this.record, { status: 'RUNNING', redriveCount: this.record.redriveCount + 1, redrivenMs: nowMs });
    for (const { input, record } of this.unfinished) {
      if (record === undefined) continue;
      this.#add(countOf[record.status] ?? 'failed', -input.items, -1);
      this.#add('pending', input.items, 1);
    }
  }

  /** Those that have not succeeded. */
  get unfinished(): readonly Child[] {
    return this.children.filter(({ record }) => record?.status !== 'SUCCEEDED');
  }

  began({ items }: ChildInput): void {
    this.#add('pending', -items, -1);
    this.#add('running', items, 1);
  }

  /** The execution of a child that was never started. */
  newChild(input: ChildInput, roleArn: string, definition: string, nowMs: number): ExecutionRecord {
    const { stateMachineArn } = this.record;
    const name = randomUUID();
    return {
      ...{ executionArn: executionArn(stateMachineArn, name), stateMachineArn, name, status: 'RUNNING' },
      ...{ roleArn, definition, startedMs: nowMs, input: JSON.stringify(input.input), redriveCount: 0 },
      ...{ mapRunArn: this.record.mapRunArn, itemCount: input.items },
    };
  }

  ended(child: Child, record: ExecutionRecord): void {
    const { status, itemCount = 1 } = record;
    child.record = record;
    this.#add('running', -itemCount, -1);
    if (status === 'SUCCEEDED') this.#add('resultsWritten', itemCount, 1);
    this.#add(countOf[status] ?? 'failed', itemCount, 1);
  }

  /** Whether more items have failed than are tolerated: more than the count, where there is one, or than the percentage. */
  get hasFailed(): boolean {
    const { itemCounts, toleratedFailureCount: count, toleratedFailurePercentage: percentage } = this.record;
    const failed = itemCounts.failed + itemCounts.timedOut;
    if (failed === 0) return false;
    const isOverPercentage = (failed / itemCounts.total) * 100 > percentage;
    if (count > 0 && percentage > 0) return failed > count || isOverPercentage;
    return count > 0 ? failed > count : isOverPercentage;
  }

  #add(name: keyof MapRunCounts, items: number, executions: number): void {
    this.record.itemCounts[name] += items;
    this.record.executionCounts[name] += executions;
  }
}

const countOf: Readonly<Record<string, keyof MapRunCounts>> = {
  ABORTED: 'aborted',
  FAILED: 'failed',
  SUCCEEDED: 'succeeded',
  TIMED_OUT: 'timedOut',
};

function noCounts(): MapRunCounts {
  const none = { pending: 0, running: 0, succeeded: 0, failed: 0 };
  return { ...none, timedOut: 0, aborted: 0, total: 0, resultsWritten: 0 };
}

/** `Label`, or the state's name without what a label must not have. */
function labelOf({ state, stateName }: DistributedMap): string {
  return state.Label ?? (stateName.replace(/[^\w-]/g, '').slice(0, 40) || 'Map');
}
