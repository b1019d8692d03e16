import type { ExecutionRecord } from './execution-record.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

/** What is reported of an execution whenever its status changes, as the detail of EventBridge's event. */
export interface ExecutionStatusDetail extends Readonly<Record<string, unknown>> {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** Milliseconds since the epoch. */
  readonly startDate: number;
  readonly stopDate: number | null;
  /** JSON; null where it is too large for an event, which `inputDetails` says. */
  readonly input: string | null;
  readonly output: string | null;
  readonly inputDetails: { readonly included: boolean };
  readonly outputDetails: { readonly included: boolean } | null;
  readonly error: string | null;
  readonly cause: string | null;
}

/** An execution began or came to its end; all that EventBridge's event says beyond what all events have. */
export interface ExecutionStatusChange {
  readonly source: 'aws.states';
  readonly detailType: 'Step Functions Execution Status Change';
  /** Engine time. */
  readonly timeMs: number;
  /** The execution's ARN. */
  readonly resources: readonly string[];
  readonly detail: ExecutionStatusDetail;
}

export type StatusChangeListener = (change: ExecutionStatusChange) => void;

/** Tells listeners of every change, as it happens. Children of distributed maps are not told of. */
export class StatusChanges {
  readonly #listeners = new Set<StatusChangeListener>();

  /** Gives what ends it. */
  onStatusChange(listener: StatusChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(change: ExecutionStatusChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** Input and output of an event together, in bytes; beyond it they are left out. */
const dataBytesMax = 248 * 1024;

export function changeOf(record: ExecutionRecord, timeMs: number): ExecutionStatusChange {
  const { executionArn, stateMachineArn, name, status, startedMs, stoppedMs, input, output, error, cause } = record;
  const included = Buffer.byteLength(input) + Buffer.byteLength(output ?? '') <= dataBytesMax;
  return {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    timeMs,
    resources: [executionArn],
    detail: {
      ...{ executionArn, stateMachineArn, name, status, startDate: startedMs, stopDate: stoppedMs ?? null },
      ...{ input: included ? input : null, output: included ? (output ?? null) : null },
      inputDetails: { included },
      outputDetails: output === undefined ? null : { included },
      ...{ error: error ?? null, cause: cause ?? null },
    },
  };
}
