import type { Clock } from '../clock.ts';
import type { LambdaHost } from './host.ts';
import { InvokeFault } from './invocation.ts';

/** Engine time before the first and the second retry of a function error. */
const retryMs = [60_000, 120_000];
/** A throttled event is tried again after a second, then after twice as long, at most five minutes, for six hours. */
const throttledMsMin = 1_000;
const throttledMsMax = 300_000;
const ageMsMax = 6 * 3_600_000;
/** So many events run at once; the others wait for their turn. */
const concurrencyMax = 10;

/** Invocations that nobody waits for: Lambda queues the event and tries it up to three times. */
export class AsynchronousInvocations {
  readonly #host: LambdaHost;
  readonly #clock: Clock;
  readonly #closed = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(host: LambdaHost, clock: Clock) {
    this.#host = host;
    this.#clock = clock;
  }

  add(functionName: string, event: Buffer, options: { readonly clientContext?: string }): void {
    // A closed queue drops what it holds, as the engine's end drops everything that only lives in memory.
    const running = this.#run(functionName, event, options)
      .catch(() => {})
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** Drops what waits. What runs ends with its sandbox. */
  close(): void {
    this.#closed.abort();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #run(functionName: string, event: Buffer, options: { readonly clientContext?: string }): Promise<void> {
    const addedMs = this.#clock.now();
    let throttledMs = throttledMsMin;
    let failures = 0;
    while (this.#clock.now() - addedMs < ageMsMax) {
      const outcome = await this.#attempt(functionName, event, options);
      if (outcome === 'done') return;
      if (outcome === 'failed') failures += 1;
      const waitMs = outcome === 'failed' ? retryMs[failures - 1] : throttledMs;
      if (waitMs === undefined) return;
      if (outcome === 'throttled') throttledMs = Math.min(throttledMsMax, throttledMs * 2);
      await this.#clock.sleep(waitMs, this.#closed.signal);
    }
  }

  async #attempt(
    functionName: string,
    event: Buffer,
    options: { readonly clientContext?: string },
  ): Promise<'done' | 'failed' | 'throttled'> {
    while (this.#busy >= concurrencyMax) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#closed.signal.throwIfAborted();
    this.#busy += 1;
    try {
      const { failure } = await this.#host.run(functionName, event, options);
      return failure === undefined ? 'done' : 'failed';
    } catch (error) {
      if (error instanceof InvokeFault && error.code === 'TooManyRequestsException') return 'throttled';
      throw error;
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }
}
