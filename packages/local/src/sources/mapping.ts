import type { Clock } from '../clock.ts';
import type { SerializedInvoker } from '../lambda/invocation.ts';
import type { Chaos } from './chaos.ts';
import { type Discard, type Dispatch, sendDiscard } from './destination.ts';
import type { DrainOptions } from './drains.ts';
import { compileFilter } from './filter.ts';
import { windowCloseDelayMsDefault } from './late-close.ts';
import { type PositionStore, Positions } from './positions.ts';
import type { MappingSettings, StartingPosition } from './settings.ts';
import { Shards } from './shards.ts';
import type { StreamSource } from './source.ts';

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
  /** Carries what is given up to its destination. */
  readonly dispatch: Dispatch;
  readonly observe?: ((event: MappingEvent) => void) | undefined;
}

/** What happened, for logs and tests. */
export interface MappingEvent {
  readonly mapping: EventSourceMapping;
  readonly kind: 'failed' | 'discarded' | 'lost' | 'source failed';
  readonly shardId?: string;
  readonly records?: number;
  readonly reason: string;
}

export type MappingState = 'Creating' | 'Enabling' | 'Enabled' | 'Disabling' | 'Disabled' | 'Updating';

/** Wall time that an invocation has left when the engine ends; then it is cut off, and what it had is read again. */
const stopMsMax = 5000;

/** Reads a stream shard by shard and delivers its records to a function, as Lambda's event source mappings do. */
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
  readonly #shards: Shards;
  readonly #strays = new Set<Promise<unknown>>();
  #transition: Promise<void> = Promise.resolve();
  /** The engine ends. What fails from now on is cut off by that, and is delivered again. */
  #isOver = false;

  constructor(options: MappingOptions) {
    const { uuid, source, startingPosition, clock } = options;
    this.uuid = uuid;
    this.options = options;
    this.settings = options.settings;
    this.lastModifiedMs = clock.now();
    const positions = new Positions(options.positions, uuid);
    const sourceFailed = (error: unknown, shardId?: string) => this.#sourceFailed(error, shardId);
    const poller = (shardId: string) => this.#pollerOptions(shardId);
    this.#shards = new Shards({ source, positions, startingPosition, poller, sourceFailed });
  }

  /** Begins to read, at the starting position the first time and where it was ever after. */
  async start(): Promise<void> {
    await this.#enable();
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
   * end. Throws where a transition is still going on.
   */
  update(enabled: boolean, settings: MappingSettings = this.settings): void {
    if (this.isInTransition) throw new Error(`The mapping ${this.uuid} is ${this.state}`);
    const wasEnabled = this.state === 'Enabled';
    const changed = JSON.stringify(settings) !== JSON.stringify(this.settings);
    this.lastModifiedMs = this.options.clock.now();
    if (enabled === wasEnabled && !changed) return;
    this.state = enabled === wasEnabled ? 'Updating' : enabled ? 'Enabling' : 'Disabling';
    this.#transition = (async () => {
      await this.#disable();
      this.settings = settings;
      if (enabled) await this.#enable();
      this.state = enabled ? 'Enabled' : 'Disabled';
    })();
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
    await Promise.race([this.#transition.then(() => this.#disable()), late]);
    clearTimeout(timer);
    this.#isOver = true;
  }

  /** Something was written to the stream. */
  wake(): void {
    for (const poller of this.#shards.pollers) poller.wake();
  }

  /** Nothing was unread or in flight when last looked at. */
  isIdle(): boolean {
    return this.#strays.size === 0 && this.#shards.pollers.every((poller) => poller.isDrained);
  }

  /**
   * Resolves when everything that was in the stream at the time of the call has been handled and nothing is in flight.
   * Batches that still gather are waited for, unless they are to go out at once; tumbling windows stay open, unless they are
   * to be closed. A disabled mapping is idle with its last invocation's end, and its windows stay as they are.
   */
  async idle(options: DrainOptions = {}): Promise<void> {
    const { settleMs } = this.options.source;
    for (;;) {
      await this.#transition;
      const before = await this.#shards.drained(options);
      if (settleMs > 0) {
        await new Promise((resolve) => setTimeout(resolve, settleMs));
        if ((await this.#shards.drained(options)) !== before) continue;
      }
      await Promise.allSettled(this.#strays);
      if (this.isIdle()) return;
    }
  }

  async #enable(): Promise<void> {
    const bodyKey = this.options.source.kind === 'kinesis' ? 'data' : 'dynamodb';
    const filter = compileFilter(this.settings.FilterPatterns, bodyKey);
    if (!filter.ok) throw new Error(filter.mistakes.join('; '));
    await this.#shards.start(this.settings, filter.passes);
  }

  async #disable(): Promise<void> {
    await this.#shards.stop();
    await Promise.allSettled(this.#strays);
  }

  #pollerOptions(shardId: string) {
    return {
      clock: this.options.clock,
      windowCloseDelayMs: this.options.windowCloseDelayMs ?? windowCloseDelayMsDefault,
      invoke: (eventJson: string) => this.#invoke(eventJson),
      discard: (discard: Pick<Discard, 'records' | 'condition' | 'invocations'>) =>
        this.#discard({ ...discard, shardId }),
      failed: (records: readonly unknown[], reason: string) => {
        this.lastProcessingResult = 'PROBLEM: Function call failed';
        this.#observe({ kind: 'failed', shardId, records: records.length, reason });
      },
      chaos: () => this.chaos,
      stray: (invocation: Promise<unknown>) => this.#addStray(invocation),
      readFailed: (error: unknown) => this.#sourceFailed(error, shardId),
    };
  }

  async #invoke(eventJson: string) {
    const result = await this.options.invoker.invokeJson(this.options.functionName, eventJson);
    if (result.ok) this.lastProcessingResult = 'OK';
    return result;
  }

  #addStray(invocation: Promise<unknown>): void {
    const settled = invocation.catch(() => {}).finally(() => this.#strays.delete(settled));
    this.#strays.add(settled);
  }

  async #discard(discard: Pick<Discard, 'records' | 'condition' | 'invocations' | 'shardId'>): Promise<void> {
    const { OnFailureDestination: destination } = this.settings;
    const { shardId, condition: reason, records } = discard;
    this.#observe({ kind: 'discarded', shardId, records: records.length, reason });
    if (destination === undefined) return;
    const { functionArn, region, source, clock, dispatch } = this.options;
    const whole = { ...discard, mappingId: this.uuid, functionArn, region, source, nowMs: clock.now() };
    await sendDiscard(whole, destination, dispatch).catch((error: unknown) => {
      this.#observe({ kind: 'lost', shardId, records: records.length, reason: String(error) });
    });
  }

  #sourceFailed(error: unknown, shardId?: string): void {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#observe({ kind: 'source failed', reason, ...(shardId === undefined ? {} : { shardId }) });
  }

  #observe(event: Omit<MappingEvent, 'mapping'>): void {
    if (!this.#isOver) this.options.observe?.({ mapping: this, ...event });
  }
}
