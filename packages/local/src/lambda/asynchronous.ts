import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import type { Clock } from '../clock.ts';
import type { Dispatch } from '../sources/destination.ts';
import { sendToDestination } from '../sources/send-to-destination.ts';
import { type EventInvokeConfig, eventInvokeConfigDefault } from './event-invoke-config.ts';
import { type EventResult, eventResultContent } from './event-result.ts';
import type { Invocation } from './execute.ts';
import type { LambdaHost } from './host.ts';
import { InvokeFault } from './invocation.ts';
import type { LambdaMetrics } from './lambda-metrics.ts';

export interface AsynchronousOptions {
  readonly host: LambdaHost;
  readonly clock: Clock;
  readonly region: string;
  readonly metrics: LambdaMetrics;
  /** Reaches destinations. */
  readonly dispatch: Dispatch;
  /** A destination did not take what it was to get, or the engine failed; the event is lost. */
  readonly onError: (error: unknown) => void;
}

/** The largest event that is queued. */
export const asynchronousBytesMax = 1_048_576;
/** Engine time before the first and the second retry of a function error. */
const retryMs = [60_000, 120_000];
/** A throttled event is tried again after a second, then after twice as long, at most five minutes. */
const throttledMsMin = 1_000;
const throttledMsMax = 300_000;
/** So many events run at once; the others wait for their turn. */
const concurrencyMax = 10;

interface QueuedEvent {
  readonly functionName: string;
  /** JSON. */
  readonly event: Buffer;
  /** The same for every attempt. */
  readonly requestId: string;
  readonly clientContext?: string;
  /** Engine time. */
  readonly addedMs: number;
}

/** How often the function ran for an event, and what it answered last. */
type LastInvocation = readonly [invocations: number, invocation: Invocation | undefined];

/** Invocations that nobody waits for: Lambda queues the event and tries it up to three times. */
export class AsynchronousInvocations {
  readonly #options: AsynchronousOptions;
  readonly #configs = new Map<string, EventInvokeConfig>();
  readonly #closed = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #inTurn = pLimit(concurrencyMax);

  constructor(options: AsynchronousOptions) {
    this.#options = options;
  }

  /** Holds for events that are added from now on. */
  configure(functionName: string, config: EventInvokeConfig): void {
    this.#configs.set(functionName, config);
  }

  /** Queues the event and gives the id of its invocation. */
  add(functionName: string, event: Buffer, options: { readonly clientContext?: string } = {}): string {
    const requestId = randomUUID();
    this.#options.metrics.eventReceived(functionName);
    const queued = { functionName, event, requestId, addedMs: this.#options.clock.now(), ...options };
    // A closed queue drops what it holds, as the engine's end drops everything that only lives in memory.
    const running = this.#run(queued, this.#configs.get(functionName) ?? eventInvokeConfigDefault)
      .catch((error: unknown) => {
        if (!this.#closed.signal.aborted) this.#options.onError(error);
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    return requestId;
  }

  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** Drops what waits. What runs ends with its sandbox. */
  close(): void {
    this.#closed.abort();
  }

  async #run(queued: QueuedEvent, config: EventInvokeConfig): Promise<void> {
    const { clock } = this.#options;
    const endMs = queued.addedMs + config.maximumEventAgeInSeconds * 1_000;
    let throttledMs = throttledMsMin;
    let last: Invocation | undefined;
    for (let invocations = 0; ; ) {
      const outcome = await this.#inTurn(() => this.#attempt(queued, endMs));
      if (typeof outcome === 'object') {
        invocations += 1;
        last = outcome;
        if (last.failure === undefined) return this.#tell(config.onSuccess, 'Success', queued, invocations, last);
      }
      const failed = typeof outcome === 'object';
      if ((failed && invocations > config.maximumRetryAttempts) || outcome === 'switched off') {
        return this.#drop(config, 'RetriesExhausted', queued, invocations, last);
      }
      const waitMs = failed ? (retryMs[invocations - 1] ?? throttledMsMax) : throttledMs;
      if (outcome === 'throttled') throttledMs = Math.min(throttledMsMax, throttledMs * 2);
      const leftMs = endMs - clock.now();
      await clock.sleep(Math.min(waitMs, leftMs), this.#closed.signal);
      if (waitMs >= leftMs) return this.#drop(config, 'EventAgeExceeded', queued, invocations, last);
    }
  }

  /** The answer; or why there is none. An event that became too old while it waited for its turn is not run. */
  async #attempt(
    { functionName, event, requestId, clientContext, addedMs }: QueuedEvent,
    endMs: number,
  ): Promise<Invocation | 'throttled' | 'switched off'> {
    const { host, clock, metrics } = this.#options;
    this.#closed.signal.throwIfAborted();
    try {
      if (clock.now() >= endMs) return 'throttled';
      metrics.eventSent(functionName, clock.now() - addedMs);
      return await host.run(functionName, event, {
        requestId,
        ...(clientContext === undefined ? {} : { clientContext }),
      });
    } catch (error) {
      if (!(error instanceof InvokeFault) || error.code !== 'TooManyRequestsException') throw error;
      // Lambda does not wait for a function that may run nothing at all.
      return host.definition(functionName).reservedConcurrency === 0 ? 'switched off' : 'throttled';
    }
  }

  #drop(config: EventInvokeConfig, condition: EventResult['condition'], queued: QueuedEvent, ...rest: LastInvocation) {
    this.#options.metrics.eventDropped(queued.functionName);
    return this.#tell(config.onFailure, condition, queued, ...rest);
  }

  async #tell(
    destinationArn: string | undefined,
    condition: EventResult['condition'],
    { functionName, event, requestId }: QueuedEvent,
    ...[invocations, invocation]: LastInvocation
  ): Promise<void> {
    if (destinationArn === undefined) return;
    const { host, clock, region, dispatch, metrics } = this.#options;
    const { functionArn } = host.definition(functionName);
    const about = { functionName, functionArn, requestId, event, condition };
    const content = eventResultContent({ ...about, invocations, invocation, nowMs: clock.now() });
    await sendToDestination(content, { destinationArn, region }, dispatch).catch((error: unknown) => {
      metrics.deliveryFailed(functionName);
      throw error;
    });
  }
}
