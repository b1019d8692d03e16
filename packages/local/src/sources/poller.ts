import { batchBound } from './batch.ts';
import { Bell } from './bell.ts';
import { type DeliveryOptions, deliver } from './delivery.ts';
import type { Filter } from './filter.ts';
import type { Position, ShardPage, ShardReader, SourceRecord, StreamSource } from './source.ts';

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

/** Wall time between reads of a shard that had nothing: short after it had something, longer the longer it has not. */
const pollMsMin = 25;
const pollMsMax = 200;
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
  #windowOver = false;
  #window: AbortController | undefined;
  #hurry = false;
  #asked = 0;
  #pollMs = pollMsMin;

  constructor(options: PollerOptions) {
    this.#options = options;
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
    this.#window?.abort();
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
      if (count > 0 && (full || this.#ended || this.#windowOver)) {
        await this.#deliver(count);
        continue;
      }
      if (this.#ended) return 'ended';
      const room = Math.max(1, this.#options.settings.BatchSize - this.#buffer.length);
      const received = await this.#read(room);
      // Reads of a stream in this process never wait for anything else.
      if (received !== 0) await new Promise(setImmediate);
      if (received === undefined) await this.#bell.wait(readRetryMs);
      else if (received === 0 && !this.#ended && !this.#windowOver) await this.#idle();
    }
    return 'stopped';
  }

  /** Reads a page; how many records it had, undefined where the source failed. */
  async #read(limit: number): Promise<number | undefined> {
    const asked = this.#asked;
    const { source, shardId, position, readFailed } = this.#options;
    try {
      this.#reader ??= await source.open(shardId, position);
      const page = await this.#reader.read(limit);
      this.#take(page, asked);
      return page.records.length;
    } catch (error) {
      readFailed(error);
      return undefined;
    }
  }

  /** Adds a page to what waits; what the filter refuses is done with as soon as everything before it is. */
  #take({ records, ended }: ShardPage, asked: number): void {
    this.#ended = ended;
    this.received += records.length;
    this.#lastRead = records.at(-1)?.sequenceNumber ?? this.#lastRead;
    const passing = records.filter(this.#options.passes);
    const wasEmpty = this.#buffer.length === 0;
    this.#buffer.push(...passing);
    if (this.#buffer.length === 0 && this.#lastRead !== undefined && records.length > 0) {
      this.#options.reached(this.#lastRead);
    }
    if (wasEmpty && passing.length > 0) this.#openWindow();
    if (records.length > 0) {
      this.#empty = false;
      this.#pollMs = pollMsMin;
      return;
    }
    if (this.#hurry && this.#buffer.length > 0) this.#windowOver = true;
    this.#empty = this.#buffer.length === 0;
    if (this.#empty) this.#tellDrained(asked);
  }

  /** Waits for more records, or for the window's end. */
  async #idle(): Promise<void> {
    await this.#bell.wait(this.#pollMs);
    this.#pollMs = Math.min(pollMsMax, this.#pollMs * 2);
  }

  /** Records may gather for the batching window, in engine time, from the first on. */
  #openWindow(): void {
    const windowMs = this.#options.settings.MaximumBatchingWindowInSeconds * 1000;
    this.#window?.abort();
    this.#windowOver = windowMs === 0;
    if (this.#windowOver) return;
    const window = new AbortController();
    this.#window = window;
    this.#options.clock.sleep(windowMs, window.signal).then(
      () => {
        this.#windowOver = true;
        this.#bell.ring();
      },
      // The batch went out before the window's end.
      () => {},
    );
  }

  async #deliver(count: number): Promise<void> {
    const batch = this.#buffer.splice(0, count);
    this.#window?.abort();
    this.#windowOver = false;
    // What arrives from now on gathers in a window of its own.
    this.#windowOver = false;
    await deliver(batch, {
      ...this.#options,
      signal: this.#stop.signal,
      handled: (record) => this.#options.reached(record.sequenceNumber),
      following: (wanted) => this.#following(wanted),
    });
    if (this.#stop.signal.aborted) return;
    if (this.#buffer.length > 0) this.#openWindow();
    else if (this.#lastRead !== undefined) this.#options.reached(this.#lastRead);
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
    this.#window?.abort();
    this.#tellDrained(this.#asked);
  }
}
