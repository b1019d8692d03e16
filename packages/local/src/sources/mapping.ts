import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { SerializedInvoker } from '../lambda/invocation.ts';
import type { LambdaMetrics } from '../lambda/lambda-metrics.ts';
import { lambdaEnvelope } from './batch.ts';
import type { Chaos } from './chaos.ts';
import { type Dispatch, sendDiscard } from './destination.ts';
import type { DrainOptions } from './drains.ts';
import type { PositionStore } from './positions.ts';
import type { MappingSettings, StartingPosition } from './settings.ts';
import type { SourceRecord, StreamSource } from './source.ts';
import { type ConsumerEvent, type ShardDiscard, StreamConsumer } from './stream-consumer.ts';

export interface MappingOptions {
  /** Lambda's name for the mapping. The same after a restart, so that it finds its positions. */
  readonly uuid: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly region: string;
  readonly source: StreamSource;
  readonly settings: MappingSettings;
  readonly startingPosition: StartingPosition;
  readonly invoker: SerializedInvoker;
  readonly clock: Clock;
  readonly positions: PositionStore;
  /** How long after its end a tumbling window is closed for which nothing more came, in engine time; 2 minutes without it. */
  readonly windowCloseDelayMs?: number | undefined;
  /** How long it goes on as before when it is enabled, disabled or updated, in engine time; not at all without it. */
  readonly transitionMs?: number | undefined;
  /** Carries what is given up to its destination. */
  readonly dispatch: Dispatch;
  readonly metrics?: LambdaMetrics | undefined;
  readonly observe?: ((event: MappingEvent) => void) | undefined;
}

/** What happened, for logs and tests. */
export interface MappingEvent extends Omit<ConsumerEvent, 'kind'> {
  readonly mapping: EventSourceMapping;
  readonly kind: ConsumerEvent['kind'] | 'discarded' | 'lost';
}

export type MappingState = 'Creating' | 'Enabling' | 'Enabled' | 'Disabling' | 'Disabled' | 'Updating';

/** Wall time that an invocation has left when the engine ends; then it is cut off, and what it had is read again. */
const stopMsMax = 5000;

/** Delivers the records of a stream to a function, as Lambda's event source mappings do. */
export class EventSourceMapping {
  readonly uuid: string;
  readonly options: MappingOptions;
  settings: MappingSettings;
  /** Set at any time; asked before every delivery. */
  chaos: Chaos | undefined;
  state: MappingState = 'Creating';
  /** Engine time. */
  lastModifiedMs: number;
  lastProcessingResult = 'No records processed';
  readonly #consumer: StreamConsumer;
  #transition: Promise<void> = Promise.resolve();
  readonly #ending = new AbortController();
  /** The engine ends. What fails from now on is cut off by that, and is delivered again. */
  #isOver = false;

  constructor(options: MappingOptions) {
    const { uuid, source, startingPosition, clock, positions, windowCloseDelayMs } = options;
    this.uuid = uuid;
    this.options = options;
    this.settings = options.settings;
    this.lastModifiedMs = clock.now();
    this.#consumer = new StreamConsumer({
      ...{ id: uuid, source, startingPosition, clock, positions, windowCloseDelayMs },
      envelope: lambdaEnvelope,
      identifiersOf: ({ sequenceNumber }) => [sequenceNumber],
      chaos: () => this.chaos,
      invoke: (eventJson) => this.#invoke(eventJson),
      sending: (records) => this.#reportAge(records),
      discard: (discard) => this.#discard(discard),
      observe: (event) => {
        if (event.kind === 'failed') this.lastProcessingResult = 'PROBLEM: Function call failed';
        this.#observe(event);
      },
    });
  }

  /** Begins to read, at the starting position the first time and where it was ever after. */
  async start(): Promise<void> {
    await this.#consumer.start(this.settings);
    this.state = 'Enabled';
  }

  /** To be used in place of `start` for a mapping that is created disabled. */
  startDisabled(): void {
    this.state = 'Disabled';
  }

  get isInTransition(): boolean {
    return this.state !== 'Enabled' && this.state !== 'Disabled';
  }

  /**
   * Enables or disables it, or changes its settings. Returns at once with the state of the transition; `settled` tells its
   * end: it is disabled when the invocations that ran have ended. Throws where a transition is still going on.
   */
  update(enabled: boolean, settings: MappingSettings = this.settings): void {
    if (this.isInTransition) throw new Error(`The mapping ${this.uuid} is ${this.state}`);
    const wasEnabled = this.state === 'Enabled';
    const changed = JSON.stringify(settings) !== JSON.stringify(this.settings);
    this.lastModifiedMs = this.options.clock.now();
    if (enabled === wasEnabled && !changed) return;
    this.state = enabled === wasEnabled ? 'Updating' : enabled ? 'Enabling' : 'Disabling';
    this.#transition = this.#change(enabled, settings);
  }

  /** Resolves when no transition is going on. */
  settled(): Promise<void> {
    return this.#transition;
  }

  /** Ends it with the engine: nothing else begins, and the invocations that run are waited for, if not for long. */
  async stop(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, stopMsMax);
    });
    this.#ending.abort();
    await Promise.race([this.#transition.then(() => this.#consumer.stop()), late]);
    clearTimeout(timer);
    this.#isOver = true;
  }

  /** Something was written to the stream. */
  wake(): void {
    this.#consumer.wake();
  }

  /** Nothing was unread or in flight when last looked at. */
  isIdle(): boolean {
    return this.#consumer.isIdle();
  }

  /** As of `StreamConsumer`, when no transition is going on. */
  async idle(options: DrainOptions = {}): Promise<void> {
    do {
      await this.#transition;
      await this.#consumer.idle(options);
    } while (!this.isIdle());
  }

  async #change(enabled: boolean, settings: MappingSettings): Promise<void> {
    const { clock, transitionMs = 0 } = this.options;
    // The engine's end ends the wait; the transition is made all the same.
    await clock.sleep(transitionMs, this.#ending.signal).catch(() => {});
    await this.#consumer.stop();
    this.settings = settings;
    if (enabled) await this.#consumer.start(settings);
    this.state = enabled ? 'Enabled' : 'Disabled';
  }

  async #invoke(eventJson: string) {
    const result = await this.options.invoker.invokeJson(this.options.functionName, eventJson);
    if (result.ok) this.lastProcessingResult = 'OK';
    return result;
  }

  /** A call that only ends a window has none. */
  #reportAge(records: readonly SourceRecord[]): void {
    const { functionName, clock, metrics } = this.options;
    const last = records.at(-1);
    if (last !== undefined) metrics?.batchSent(functionName, clock.now() - last.arrivalMs);
  }

  async #discard(discard: ShardDiscard): Promise<void> {
    const { OnFailureDestination: destination } = this.settings;
    const { shardId, condition, records, invocations } = discard;
    this.#observe({ kind: 'discarded', shardId, records: records.length, reason: condition });
    if (destination === undefined) return;
    const { functionName, functionArn, region, source, clock, dispatch, metrics } = this.options;
    const context = {
      requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount: invocations },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    };
    const whole = { ...discard, consumerId: this.uuid, context, region, source, nowMs: clock.now() };
    await sendDiscard(whole, destination, dispatch).catch((error: unknown) => {
      metrics?.deliveryFailed(functionName);
      this.#observe({ kind: 'lost', shardId, records: records.length, reason: String(error) });
    });
  }

  #observe(event: Omit<MappingEvent, 'mapping'>): void {
    if (!this.#isOver) this.options.observe?.({ mapping: this, ...event });
  }
}
