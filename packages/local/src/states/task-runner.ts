import type { ContextObject } from './context-object.ts';

/** One attempt at a Task state, with everything evaluated. A retry is another. */
export interface Task {
  readonly stateName: string;
  /** As the definition has it, `.waitForTaskToken` included: `arn:aws:states:::lambda:invoke`, or a function's ARN. */
  readonly resource: string;
  /** JSON; the state's input where the state has no `Arguments`. The runner may keep and change it. */
  readonly arguments: unknown;
  /** Where the resource ends in `.waitForTaskToken`: what `$states.context.Task.Token` was, in engine's `TaskTokens`. */
  readonly taskToken: string | undefined;
  /** As `Credentials` says; the caller is the state machine's role where it is undefined. */
  readonly roleArn: string | undefined;
  /** For the record alone: the interpreter keeps both times itself. */
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  readonly context: ContextObject;
  /**
   * Records the call's answer, for a task that goes on until what it has started has ended (`.sync`). Where a token is waited for
   * the interpreter does so itself.
   */
  submitted(answer: unknown): void;
  /** Aborted once nobody waits for the result any more: the task has timed out, a sibling failed, the execution was stopped. */
  readonly signal: AbortSignal;
}

/**
 * Performs what Task states name. With `.waitForTaskToken` it makes the call alone: the interpreter records the answer,
 * and then waits for the token.
 */
export interface TaskRunner {
  /**
   * Why a resource cannot be run, in words that follow its name, or undefined where it can. Asked when a state machine is
   * created, with the state's `Arguments` as they stand in the definition, expressions and all.
   */
  refusal(resource: string, argumentsTemplate: unknown): string | undefined;
  /** Resolves with the result, which is JSON. Throws `StateFailure` where the task failed. */
  run(task: Task): Promise<unknown>;
}
