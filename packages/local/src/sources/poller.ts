import { batchBound } from './batch.ts';
import { BatchWindow } from './batch-window.ts';
import { Bell } from './bell.ts';
import { type DeliveryOptions, deliver } from './delivery.ts';
import type { Filter } from './filter.ts';
import type { Position, ShardReader, SourceRecord, StreamSource } from './source.ts';

export interface PollerOptions
  extends Pick<
    DeliveryOptions,
    'shardId' | 'settings' | 'clock' | 'invoke' | 'discard' | 'failed' | 'chaos' | 'stray'
  > {
  readonly source: StreamSource;
  readonly position: Position;
  readonly passes: Filter;
  /** Everything up to this sequence number is done with. */
  readonly reached: (sequenceNumber: string) => void;
  readonly readFailed: (error: unknown) => void;
}

/** Wall time between reads of a shard that had something lately; it doubles with each that finds nothing. */
const pollMsMin = 25;
const readRetryMs = 500;

/** Reads one shard and delivers it batch by batch, in order. */
export class ShardPoller {
  /** `ended`: the shard is closed and wholly handled. */
  readonly finished: Promise<'ended' | 'stopped'>;
  /** Records read so far. */
  received = 0;
  readonly #options: PollerOptions;
  readonly #stop = new AbortController();
  readonly #bell = new Bell();
  readonly #drainWaiters: { readonly asked: number; readonly resolve: () => void }[] = [];
  #reader: ShardReader | undefined;
  #buffer: SourceRecord[] = [];
  #lastRead: string | undefined;
  #ended = false;
  #finished = false;
  #empty = false;
  readonly #window: BatchWindow;
  #isGathering = false;
  #hurry = false;
  #asked = 0;
  #pollMs = pollMsMin;

  constructor(options: PollerOptions) {
    this.#options = options;
    const windowMs = options.settings.MaximumBatchingWindowInSeconds * 1000;
    this.#window = new BatchWindow(options.clock, windowMs, () => this.#bell.ring());
    this.finished = this.#run().finally(() => this.#finish());
  }

  /** There may be something to read. */
  wake(): void {
    this.#pollMs = pollMsMin;
    this.#bell.ring();
  }

  /** No further delivery begins; `finished` settles when the present one is over. */
  stop(): void {
    this.#stop.abort();
    this.#window.close();
    this.#bell.ring();
  }

  get shardId(): string {
    return this.#options.shardId;
  }

  get isFinished(): boolean {
    return this.#finished;
  }

  /** Nothing was there at the last read, and nothing is on its way. */
  get isDrained(): boolean {
    return this.#finished || this.#empty;
  }

  /** Resolves when a read that begins from now on finds nothing and nothing is on its way. */
  drained(endWindows: boolean): Promise<void> {
    if (this.#finished) return Promise.resolve();
    this.#hurry ||= endWindows;
    this.#asked += 1;
    const asked = this.#asked;
    this.#bell.ring();
    return new Promise((resolve) => this.#drainWaiters.push({ asked, resolve }));
  }

  async #run(): Promise<'ended' | 'stopped'> {
    while (!this.#stop.signal.aborted) {
      const { count, full } = batchBound(this.#buffer, this.#options.settings);
      if (count > 0 && (full || this.#ended || this.#window.isOver)) {
        await this.#deliver(count);
        continue;
      }
      if (this.#ended) return 'ended';
      const asked = this.#asked;
      const received = await this.#read(this.#options.settings.BatchSize - this.#buffer.length);
      if (received === 0) await this.#foundNothing(asked);
      else if (received === undefined) await this.#bell.wait(readRetryMs);
      else this.#foundSome();
      // Reads of a stream in this process never wait for anything else.
      await new Promise(setImmediate);
    }
    return 'stopped';
  }

  /** Adds a page to the buffer; how many records it had before the filter, undefined where the source failed. */
  async #read(limit: number): Promise<number | undefined> {
    const { source, shardId, position, passes, readFailed } = this.#options;
    try {
      this.#reader ??= await source.open(shardId, position);
      const { records, ended } = await this.#reader.read(limit);
      this.#ended = ended;
      this.received += records.length;
      this.#lastRead = records.at(-1)?.sequenceNumber ?? this.#lastRead;
      this.#buffer.push(...records.filter(passes));
      if (records.length > 0) this.#empty = false;
      return records.length;
    } catch (error) {
      readFailed(error);
      return undefined;
    }
  }

  #foundSome(): void {
    this.#pollMs = pollMsMin;
    if (this.#buffer.length > 0 && !this.#isGathering) this.#gather();
    else if (this.#buffer.length === 0) this.#reachLastRead();
  }

  async #foundNothing(asked: number): Promise<void> {
    if (this.#buffer.length === 0) {
      this.#empty = true;
      this.#tellDrained(asked);
    } else if (this.#hurry) {
      this.#window.end();
    }
    if (this.#ended || this.#window.isOver) return;
    await this.#bell.wait(this.#pollMs);
    this.#pollMs = Math.min(this.#options.source.restMsMax, this.#pollMs * 2);
  }

  #gather(): void {
    this.#isGathering = true;
    this.#window.open();
  }

  async #deliver(count: number): Promise<void> {
    const batch = this.#buffer.splice(0, count);
    this.#isGathering = false;
    this.#window.close();
    await deliver(batch, {
      ...this.#options,
      signal: this.#stop.signal,
      handled: (record) => this.#options.reached(record.sequenceNumber),
      following: (wanted) => this.#following(wanted),
    });
    if (this.#stop.signal.aborted) return;
    if (this.#buffer.length > 0) this.#gather();
    else this.#reachLastRead();
  }

  /** What the filter refused is done with as soon as everything before it is. */
  #reachLastRead(): void {
    if (this.#lastRead !== undefined) this.#options.reached(this.#lastRead);
  }

  async #following(wanted: number): Promise<readonly SourceRecord[]> {
    if (!this.#ended && this.#buffer.length < wanted) await this.#read(wanted - this.#buffer.length);
    return this.#buffer.splice(0, wanted);
  }

  #tellDrained(asked: number): void {
    for (const waiter of this.#drainWaiters.splice(0)) {
      if (waiter.asked <= asked) waiter.resolve();
      else this.#drainWaiters.push(waiter);
    }
    if (this.#drainWaiters.length === 0) this.#hurry = false;
  }

  #finish(): void {
    this.#finished = true;
    this.#window.close();
    this.#tellDrained(this.#asked);
  }
}
