import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Clock } from '../clock.ts';
import type { ExecutionContext } from './context-object.ts';
import type { StateMachineDefinition } from './definition.ts';
import { StateFailure } from './failure.ts';
import { dataOf, failureOf, History, HistoryFull, Trail } from './history.ts';
import type { MapRunner } from './map-runner.ts';
import type { Progress } from './progress.ts';
import { controllerUnder, type Lane } from './run/lane.ts';
import { runSequence } from './run/sequence.ts';
import { Scope } from './scope.ts';
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
  readonly tokens: Pick<TaskTokens, 'open'>;
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

/**
 * Runs an execution to its end. Never rejects: a mistake of the engine's ends it FAILED with `States.Runtime`. All that it
 * knows is in memory, so that no execution outlives the engine; whoever keeps records ends those that were left running.
 */
export async function runExecution(options: ExecutionOptions): Promise<ExecutionOutcome> {
  const { definition, clock, redrive } = options;
  const history = new History(clock, options.history, redrive?.lastEventId);
  const trail = new Trail(history, 0);
  const progress = redrive?.progress ?? {};
  const { controller, release } = controllerUnder(options.signal);
  const timer = new AbortController();
  void limitTime(definition, clock, controller, timer.signal);
  try {
    begin(options, history, trail);
    const scope = new Scope(undefined, progress.at?.variables);
    const lane: Lane = { options, trail, scope, signal: controller.signal, map: undefined, progress };
    const output = await runSequence(definition, options.input, lane);
    history.end('ExecutionSucceeded', trail.lastId, { executionSucceededEventDetails: dataOf('output', output) });
    return { status: 'SUCCEEDED', output };
  } catch (error) {
    if (options.signal.aborted && error === options.signal.reason) return abort(error, history, progress);
    return fail(error, history, trail, progress);
  } finally {
    release();
    timer.abort();
  }
}

/** The first state follows from nothing, but after a redrive from that. */
function begin({ input, context, redrive }: ExecutionOptions, history: History, trail: Trail): void {
  if (redrive !== undefined) {
    trail.lastId = redrive.lastEventId;
    trail.follow('ExecutionRedriven', { executionRedrivenEventDetails: { redriveCount: redrive.count } });
    return;
  }
  const details = { ...dataOf('input', input), roleArn: context.Execution.RoleArn };
  history.record('ExecutionStarted', 0, { executionStartedEventDetails: details });
}

/** The execution has run longer than its `TimeoutSeconds`. */
class OutOfTime extends Error {}

async function limitTime(
  { TimeoutSeconds: seconds }: StateMachineDefinition,
  clock: Clock,
  controller: AbortController,
  signal: AbortSignal,
): Promise<void> {
  if (seconds === undefined) return;
  try {
    await clock.sleep(seconds * 1000, signal);
  } catch {
    // The execution has ended before.
    return;
  }
  controller.abort(new OutOfTime());
}

function abort(reason: unknown, history: History, progress: Progress): ExecutionOutcome {
  const { error, cause } = reason instanceof Stopped ? reason : new Stopped();
  history.end('ExecutionAborted', 0, { executionAbortedEventDetails: failureOf({ error, cause }) });
  return { status: 'ABORTED', error, cause, progress };
}

function fail(error: unknown, history: History, trail: Trail, progress: Progress): ExecutionOutcome {
  if (error instanceof OutOfTime) {
    history.end('ExecutionTimedOut', 0, { executionTimedOutEventDetails: {} });
    return { status: 'TIMED_OUT', error: undefined, cause: undefined, progress };
  }
  const failure = error instanceof StateFailure ? error : StateFailure.reserved('States.Runtime', causeOf(error));
  history.end('ExecutionFailed', trail.lastId, { executionFailedEventDetails: failureOf(failure) });
  return { status: 'FAILED', error: failure.error, cause: failure.cause, progress };
}

function causeOf(error: unknown): string {
  if (error instanceof HistoryFull) return error.message;
  return `The engine made a mistake: ${error instanceof Error ? error.stack : String(error)}`;
}
