/** How a task that waits for its token was ended. */
export type TokenOutcome =
  | { readonly kind: 'success'; readonly output: unknown }
  | { readonly kind: 'failure'; readonly error: string; readonly cause: string };

/** What became of a `SendTask*` call: `unknown` is TaskDoesNotExist, `late` TaskTimedOut. */
export type Delivery = 'taken' | 'unknown' | 'late';

/** A token that was handed out and not ended yet. */
export interface OpenToken {
  readonly token: string;
  /** Resolves with what was sent for it; never rejects. */
  readonly outcome: Promise<TokenOutcome>;
  /** Calls back on every heartbeat. */
  onHeartbeat(listener: () => void): void;
  /** Nobody waits any more: what is sent from now on comes late. */
  close(): void;
}

/** The tokens of all executions of one engine. The interpreter opens and closes them, `SendTask*` calls end them. */
export interface TaskTokens {
  open(): OpenToken;
  succeed(token: string, output: unknown): Delivery;
  fail(token: string, failure: { readonly error: string; readonly cause: string }): Delivery;
  heartbeat(token: string): Delivery;
}

export declare function createTaskTokens(): TaskTokens;
