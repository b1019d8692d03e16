import { causeCharactersMax, errorCharactersMax } from './limits.ts';

/** The names that Step Functions itself gives to failures, and that this engine raises. */
export type ReservedErrorName =
  | 'States.DataLimitExceeded'
  | 'States.ExceedToleratedFailureThreshold'
  | 'States.HeartbeatTimeout'
  | 'States.ItemReaderFailed'
  | 'States.NoChoiceMatched'
  | 'States.QueryEvaluationError'
  | 'States.ResultWriterFailed'
  | 'States.Runtime'
  | 'States.TaskFailed'
  | 'States.Timeout';

/**
 * A state, a task or a whole execution failed as Step Functions knows failures: with the name that `ErrorEquals` is
 * compared with, and a cause for people. Whoever performs tasks throws it; anything else that is thrown is a mistake of
 * the engine's, and ends the execution past every `Catch`.
 */
export class StateFailure extends Error {
  /**
   * Such as `States.Timeout`, `Lambda.TooManyRequestsException` or an error type of the function's own; undefined where
   * a Fail state or `SendTaskFailure` gave none.
   */
  readonly error: string | undefined;
  override readonly cause: string | undefined;
  /** A second name by which `ErrorEquals` finds it. */
  readonly alias: string | undefined;

  /** What is too long for a history is cut off. */
  constructor(error: string | undefined, cause: string | undefined, alias?: string) {
    super(`${error ?? 'a failure without a name'}${cause === undefined ? '' : `: ${cause}`}`);
    this.name = 'StateFailure';
    this.error = error?.slice(0, errorCharactersMax);
    this.cause = cause?.slice(0, causeCharactersMax);
    this.alias = alias;
  }

  /** One of the failures that Step Functions names itself. */
  static reserved(error: ReservedErrorName, cause?: string): StateFailure {
    return new StateFailure(error, cause);
  }
}

/** `$states.errorOutput`, and what a `Catch` without `Output` hands on. */
export function errorOutput({ error, cause }: StateFailure): { readonly Error: unknown; readonly Cause: unknown } {
  return { Error: error ?? null, Cause: cause ?? null };
}
