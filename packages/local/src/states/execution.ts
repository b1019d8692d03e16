import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Clock } from '../clock.ts';
import type { ExecutionContext } from './context-object.ts';
import type { StateMachineDefinition } from './definition.ts';
import type { MapRunner } from './map-runner.ts';
import type { Progress } from './progress.ts';
import type { TaskRunner } from './task-runner.ts';
import type { TaskTokens } from './task-tokens.ts';

/** What an execution, or a child of a distributed map, needs to run. */
export interface ExecutionOptions {
  readonly definition: StateMachineDefinition;
  /** JSON. `context.Execution.Input` is its own field, and usually the same. */
  readonly input: unknown;
  /** What `$states.context` shows beside the state, the token and the item. */
  readonly context: ExecutionContext;
  readonly clock: Clock;
  /** Stops the execution without a `Catch`, with the status ABORTED. A reason that is a `Stopped` is shown in the history. */
  readonly signal: AbortSignal;
  readonly tasks: TaskRunner;
  readonly tokens: TaskTokens;
  readonly maps: MapRunner;
  /** Hears every event of the history in order, numbered and dated, as `GetExecutionHistory` gives them. */
  readonly history: (event: HistoryEvent) => void;
  /** A number from 0 to 1, for retry delays with jitter; `Math.random` without it. */
  readonly random?: () => number;
  /** Goes on where an execution stopped, in place of beginning: its progress, and the number of its last event. */
  readonly redrive?: { readonly progress: Progress; readonly lastEventId: number; readonly count: number };
}

/** The reason with which `StopExecution` aborts. */
export class Stopped extends Error {
  readonly error: string | undefined;
  override readonly cause: string | undefined;

  constructor({ error, cause }: { readonly error?: string | undefined; readonly cause?: string | undefined } = {}) {
    super('the execution was stopped');
    this.name = 'Stopped';
    this.error = error;
    this.cause = cause;
  }
}

export type ExecutionOutcome =
  | { readonly status: 'SUCCEEDED'; readonly output: unknown }
  | {
      readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
      readonly error: string | undefined;
      readonly cause: string | undefined;
      /** Where it stopped, for a redrive; holds what the branches that had succeeded came to. */
      readonly progress: Progress;
    };

/** Runs an execution to its end. Never rejects: a mistake of the engine's ends it FAILED with `States.Runtime`. */
export declare function runExecution(options: ExecutionOptions): Promise<ExecutionOutcome>;
