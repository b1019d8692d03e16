import type { ExecutionStatus } from './status-change.ts';

/** One execution as it is kept: of a state machine, or of a distributed map's processor. */
export interface ExecutionRecord {
  readonly executionArn: string;
  /** Of a child: the machine's with the map's label behind it. */
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly roleArn: string;
  /** Text of the definition that it runs. */
  readonly definition: string;
  /** Engine time. */
  readonly startedMs: number;
  readonly stoppedMs?: number | undefined;
  /** JSON, as it was given. */
  readonly input: string;
  /** JSON. */
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly redriveCount: number;
  readonly redrivenMs?: number | undefined;
  /** Of a child. */
  readonly mapRunArn?: string | undefined;
  /** How many items a child processes. */
  readonly itemCount?: number | undefined;
}

/** What one counts of a map run, its items or its children. */
export interface MapRunCounts {
  pending: number;
  running: number;
  succeeded: number;
  failed: number;
  timedOut: number;
  aborted: number;
  total: number;
  resultsWritten: number;
}

/** One run of a distributed map. What may change while it runs is changed in place. */
export interface MapRunRecord {
  readonly mapRunArn: string;
  /** The execution whose state the map is. */
  readonly executionArn: string;
  /** The children's. */
  readonly stateMachineArn: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly startedMs: number;
  stoppedMs?: number;
  /** 0 is no limit of the definition's own. */
  maxConcurrency: number;
  toleratedFailureCount: number;
  toleratedFailurePercentage: number;
  readonly itemCounts: MapRunCounts;
  readonly executionCounts: MapRunCounts;
  redriveCount: number;
  redrivenMs?: number;
}
