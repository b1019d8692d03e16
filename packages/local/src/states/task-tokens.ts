import { randomBytes } from 'node:crypto';

/** How a task that waits for its token was ended. */
export type TokenOutcome =
  | { readonly kind: 'success'; readonly output: unknown }
  | { readonly kind: 'failure'; readonly error: string | undefined; readonly cause: string | undefined };

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

interface Holder {
  settle(outcome: TokenOutcome): void;
  readonly listeners: (() => void)[];
}

/** Of those that were ended, the newest so many are still told from those that never were. */
const endedMax = 10_000;

/** The tokens of all executions of one engine. The interpreter opens and closes them, `SendTask*` calls end them. */
export class TaskTokens {
  readonly #open = new Map<string, Holder>();
  readonly #ended = new Set<string>();

  open(): OpenToken {
    const token = randomBytes(96).toString('base64url');
    const { promise, resolve } = Promise.withResolvers<TokenOutcome>();
    const holder: Holder = { settle: resolve, listeners: [] };
    this.#open.set(token, holder);
    return {
      token,
      outcome: promise,
      onHeartbeat: (listener) => holder.listeners.push(listener),
      close: () => this.#end(token),
    };
  }

  succeed(token: string, output: unknown): Delivery {
    return this.#settle(token, { kind: 'success', output });
  }

  fail(token: string, failure: { readonly error?: string | undefined; readonly cause?: string | undefined }): Delivery {
    return this.#settle(token, { kind: 'failure', error: failure.error, cause: failure.cause });
  }

  heartbeat(token: string): Delivery {
    const holder = this.#open.get(token);
    for (const listener of holder?.listeners ?? []) listener();
    return holder === undefined ? this.#missing(token) : 'taken';
  }

  #settle(token: string, outcome: TokenOutcome): Delivery {
    const holder = this.#open.get(token);
    if (holder === undefined) return this.#missing(token);
    holder.settle(outcome);
    this.#end(token);
    return 'taken';
  }

  #missing(token: string): Delivery {
    return this.#ended.has(token) ? 'late' : 'unknown';
  }

  #end(token: string): void {
    if (!this.#open.delete(token)) return;
    this.#ended.add(token);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= endedMax) break;
      this.#ended.delete(oldest);
    }
  }
}
