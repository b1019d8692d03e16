import type { Clock } from '../clock.ts';
import type { SerializedInvoker } from '../lambda/invocation.ts';
import type { Chaos } from './chaos.ts';
import { type Discard, type Dispatch, sendDiscard } from './destination.ts';
import { compileFilter } from './filter.ts';
import { ShardPoller } from './poller.ts';
import { type PositionStore, Positions } from './positions.ts';
import type { MappingSettings, StartingPosition } from './settings.ts';
import type { Position, SourceShard, StreamSource } from './source.ts';

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
  readonly #positions: Positions;
  readonly #pollers = new Map<string, ShardPoller>();
  readonly #strays = new Set<Promise<unknown>>();
  #refreshing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #transition: Promise<void> = Promise.resolve();

  constructor(options: MappingOptions) {
    this.uuid = options.uuid;
    this.options = options;
    this.settings = options.settings;
    this.lastModifiedMs = options.clock.now();
    this.#positions = new Positions(options.positions, options.uuid);
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
  }

  /** Something was written to the stream. */
  wake(): void {
    for (const poller of this.#pollers.values()) poller.wake();
  }

  /** Nothing was unread or in flight when last looked at. */
  isIdle(): boolean {
    return this.#strays.size === 0 && [...this.#pollers.values()].every((poller) => poller.isDrained);
  }

  /**
   * Resolves when everything that was in the stream at the time of the call has been handled and nothing is in flight.
   * `endWindows`: batches that still gather go out at once. A disabled mapping is idle with its last invocation's end.
   */
  async idle({ endWindows = false }: { readonly endWindows?: boolean } = {}): Promise<void> {
    const { settleMs } = this.options.source;
    for (;;) {
      const before = await this.#drain(endWindows);
      if (settleMs > 0) {
        await new Promise((resolve) => setTimeout(resolve, settleMs));
        if ((await this.#drain(endWindows)) !== before) continue;
      }
      await Promise.allSettled(this.#strays);
      if (this.isIdle()) return;
    }
  }

  /** Empties every shard there is now; returns how many records the mapping has received so far. */
  async #drain(endWindows: boolean): Promise<string> {
    await this.#transition;
    for (;;) {
      await this.#refresh();
      const pollers = [...this.#pollers];
      await Promise.all(pollers.map(([, poller]) => poller.drained(endWindows)));
      // A shard that has just ended makes room for its children, whose pollers the next round sees.
      await new Promise(setImmediate);
      await this.#refresh();
      const same =
        pollers.length === this.#pollers.size && pollers.every(([id, each]) => this.#pollers.get(id) === each);
      if (same && !pollers.some(([, poller]) => poller.isFinished)) {
        return JSON.stringify(pollers.map(([shardId, poller]) => [shardId, poller.received]));
      }
    }
  }

  async #enable(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.#refresh(), refreshMs);
    await this.#refresh();
  }

  async #disable(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#refreshing;
    const pollers = [...this.#pollers.values()];
    for (const poller of pollers) poller.stop();
    await Promise.allSettled(pollers.map((poller) => poller.finished));
    await Promise.allSettled(this.#strays);
  }

  /** Starts to read the shards whose turn has come: parents are read to their ends before their children. */
  #refresh(): Promise<void> {
    this.#refreshing = this.#refreshing
      .then(() => this.#startDue())
      .catch((error: unknown) => this.#sourceFailed(error));
    return this.#refreshing;
  }

  async #startDue(): Promise<void> {
    if (this.#timer === undefined) return;
    const shards = await this.options.source.listShards();
    if (!this.#positions.begun) await this.#begin(shards);
    const listed = new Set(shards.map((shard) => shard.shardId));
    const unread = (shardId: string) => listed.has(shardId) && this.#positions.get(shardId)?.at !== 'END';
    for (const { shardId, parentIds } of shards) {
      const position = this.#positions.get(shardId) ?? this.#initial();
      if (this.#pollers.has(shardId) || position.at === 'END' || parentIds.some(unread)) continue;
      this.#poll(shardId, position);
    }
  }

  /** What was in the stream before a mapping at LATEST is not for it; shards that open later are read from their start. */
  async #begin(shards: readonly SourceShard[]): Promise<void> {
    if (this.options.startingPosition.at === 'LATEST') {
      for (const { shardId, closed } of shards) {
        this.#positions.set(shardId, closed ? { at: 'END' } : await this.options.source.tip(shardId));
      }
    }
    this.#positions.begin();
  }

  #initial(): Position {
    const { startingPosition } = this.options;
    return startingPosition.at === 'TIMESTAMP' ? startingPosition : { at: 'TRIM_HORIZON' };
  }

  #poll(shardId: string, position: Position): void {
    const { source, clock } = this.options;
    const filter = compileFilter(this.settings.FilterPatterns, source.kind === 'kinesis' ? 'data' : 'dynamodb');
    if (!filter.ok) throw new Error(filter.mistakes.join('; '));
    const poller = new ShardPoller({
      shardId,
      position,
      source,
      clock,
      settings: this.settings,
      passes: filter.passes,
      invoke: (eventJson) => this.#invoke(eventJson),
      discard: (discard) => this.#discard({ ...discard, shardId }),
      failed: (records, reason) => {
        this.lastProcessingResult = 'PROBLEM: Function call failed';
        this.#observe({ kind: 'failed', shardId, records: records.length, reason });
      },
      chaos: () => this.chaos,
      stray: (invocation) => this.#addStray(invocation),
      reached: (sequenceNumber) => this.#positions.set(shardId, { at: 'AFTER', sequenceNumber }),
      readFailed: (error) => this.#sourceFailed(error, shardId),
    });
    this.#pollers.set(shardId, poller);
    void poller.finished.then(
      (how) => {
        this.#pollers.delete(shardId);
        if (how === 'ended') this.#positions.set(shardId, { at: 'END' });
        if (how === 'ended') void this.#refresh();
      },
      (error: unknown) => {
        // The next refresh reads the shard again from where it was.
        this.#pollers.delete(shardId);
        this.#sourceFailed(error, shardId);
      },
    );
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
    this.options.observe?.({ mapping: this, ...event });
  }
}

/** Wall time that an invocation has left when the engine ends; then it is cut off, and what it had is read again. */
const stopMsMax = 5000;

/** Wall time between looks at the list of shards, for those that nothing else tells of. */
const refreshMs = 1000;
