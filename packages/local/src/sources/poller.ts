import { batchBound, envelopeBytes } from './batch.ts';
import { BatchWindow } from './batch-window.ts';
import { Bell } from './bell.ts';
import { type DeliveryOptions, deliver } from './delivery.ts';
import { type DrainOptions, Drains } from './drains.ts';
import { Incoming, type IncomingOptions } from './incoming.ts';
import { LateClose } from './late-close.ts';
import { Pace } from './pace.ts';
import { ShardWindow } from './shard-window.ts';
import type { Position, SourceRecord } from './source.ts';
import type { OpenWindow } from './tumbling-window.ts';

export interface PollerOptions
  extends IncomingOptions,
    Pick<
      DeliveryOptions,
      | 'settings'
      | 'clock'
      | 'envelope'
      | 'identifiersOf'
      | 'invoke'
      | 'sending'
      | 'discard'
      | 'failed'
      | 'chaos'
      | 'stray'
    > {
  /** The tumbling window that was open at the position. */
  readonly openWindow: OpenWindow | undefined;
  /** How long after its end a window is closed for which nothing more came, in engine time. */
  readonly windowCloseDelayMs: number;
  /** Everything up to this place is done with; the window is open there. */
  readonly reached: (position: Position, openWindow: OpenWindow | undefined) => void;
}

/** Wall time between reads of a shard that had something lately; it doubles with each that finds nothing. */
const pollMsMin = 25;
const readRetryMs = 500;

/** Reads one shard and delivers it batch by batch, in order. */
export class ShardPoller {
  /** `ended`: the shard is closed and wholly handled. */
  readonly finished: Promise<'ended' | 'stopped'>;
  readonly #options: PollerOptions;
  readonly #stop = new AbortController();
  readonly #bell = new Bell();
  readonly #drains = new Drains();
  readonly #incoming: Incoming;
  readonly #batchWindow: BatchWindow;
  readonly #lateClose: LateClose;
  readonly #pace: Pace;
  #tumbling: ShardWindow | undefined;
  #position: Position;
  #finished = false;
  #empty = false;
  #isGathering = false;
  /** Nothing more will come for the tumbling window that is open, or about to be. */
  #isClosing: boolean;
  #pollMs = pollMsMin;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#position = options.position;
    this.#incoming = new Incoming(options);
    const { clock, settings, windowCloseDelayMs } = options;
    const ring = () => this.#bell.ring();
    this.#batchWindow = new BatchWindow(clock, settings.MaximumBatchingWindowInSeconds * 1000, ring);
    this.#pace = new Pace(options.source.pace, this.#stop.signal);
    this.#lateClose = new LateClose(clock, windowCloseDelayMs, ring);
    this.#tumbling = windowOf(options);
    this.#isClosing = this.#tumbling?.isLast ?? false;
    this.#watchWindow();
    this.finished = this.#run().finally(() => this.#finish());
  }

  /** There may be something to read. */
  wake(): void {
    this.#empty = false;
    this.#pollMs = pollMsMin;
    this.#bell.ring();
  }

  /** No further delivery begins; `finished` settles when the present one is over. */
  stop(): void {
    this.#stop.abort();
    this.#batchWindow.close();
    this.#lateClose.watch(undefined);
    this.#bell.ring();
  }

  get shardId(): string {
    return this.#options.shardId;
  }

  /** Records read so far. */
  get received(): number {
    return this.#incoming.received;
  }

  get isFinished(): boolean {
    return this.#finished;
  }

  /** Nothing was there at the last read, and nothing is on its way. */
  get isDrained(): boolean {
    return this.#finished || this.#empty;
  }

  /** Resolves when a read that begins from now on finds nothing and nothing is on its way. */
  drained(options: DrainOptions): Promise<void> {
    if (this.#finished) return Promise.resolve();
    this.#bell.ring();
    return this.#drains.ask(options);
  }

  async #run(): Promise<'ended' | 'stopped'> {
    while (!this.#stop.signal.aborted) {
      const next = this.#nextBatch();
      if (next !== undefined) {
        await this.#deliver(next);
        continue;
      }
      if (this.#incoming.isEnded) return 'ended';
      const turn = this.#pace.turn();
      if (turn !== undefined) await turn;
      const { asked } = this.#drains;
      const isDue = this.#lateClose.isDue;
      const received = await this.#incoming.read(this.#readLimit());
      if (received === 0) await this.#foundNothing(asked, isDue);
      else if (received === undefined) await this.#bell.wait(readRetryMs);
      else this.#foundSome();
      // Reads of a stream in this process never wait for anything else.
      await new Promise(setImmediate);
    }
    return 'stopped';
  }

  #readLimit(): number {
    const { settings, source } = this.#options;
    return Math.max(settings.BatchSize, source.pace?.readRecordsMax ?? 0) - this.#incoming.records.length;
  }

  /** How much of the buffer is to go out now, which may be nothing but the end of a window; undefined: it gathers on. */
  #nextBatch(): { readonly count: number; readonly closes: boolean } | undefined {
    const tumbling = this.#tumbling;
    const recordsMax = tumbling?.leading(this.#incoming.records) ?? this.#incoming.records.length;
    const frameBytes = tumbling?.frameBytes ?? envelopeBytes(this.#options.envelope);
    const room = { frameBytes, recordsMax };
    const { count, full } = batchBound(this.#incoming.records, this.#options.settings, room);
    const isLast = recordsMax < this.#incoming.records.length || this.#incoming.isEnded || this.#isClosing;
    const closes = tumbling !== undefined && count === recordsMax && isLast;
    if (count === 0) return closes && tumbling.open !== undefined ? { count, closes } : undefined;
    return full || closes || this.#incoming.isEnded || this.#batchWindow.isOver ? { count, closes } : undefined;
  }

  #foundSome(): void {
    this.#empty = false;
    this.#pollMs = pollMsMin;
    if (this.#incoming.records.length > 0 && !this.#isGathering) this.#gather();
    else if (this.#incoming.records.length === 0) this.#reachLastRead();
  }

  async #foundNothing(asked: number, isDue: boolean): Promise<void> {
    if (this.#tumbling?.at(this.#incoming.records[0]) !== undefined && (isDue || this.#drains.closesWindows)) {
      this.#isClosing = true;
      return;
    }
    if (this.#incoming.records.length === 0) {
      this.#empty = true;
      this.#drains.tell(asked);
    } else if (this.#drains.endsBatches) {
      this.#batchWindow.end();
    }
    if (this.#incoming.isEnded || this.#batchWindow.isOver) return;
    await this.#bell.wait(this.#pollMs);
    this.#pollMs = Math.min(this.#options.source.restMsMax, this.#pollMs * 2);
  }

  #gather(): void {
    this.#isGathering = true;
    this.#batchWindow.open();
    this.#watchWindow();
  }

  async #deliver({ count, closes }: { readonly count: number; readonly closes: boolean }): Promise<void> {
    const batch = this.#incoming.take(count);
    this.#isGathering = false;
    this.#empty = false;
    this.#batchWindow.close();
    await deliver(batch, {
      ...this.#options,
      closes,
      window: this.#tumbling,
      signal: this.#stop.signal,
      handled: (record) => this.#reach(record?.sequenceNumber),
      following: (wanted) => this.#following(wanted),
    });
    if (this.#stop.signal.aborted) return;
    if (this.#tumbling?.open === undefined) this.#endWindow();
    if (this.#incoming.records.length > 0) this.#gather();
    else this.#reachLastRead();
    this.#watchWindow();
  }

  #endWindow(): void {
    this.#isClosing = false;
    if (this.#tumbling?.isLast) this.#tumbling = undefined;
  }

  #watchWindow(): void {
    this.#lateClose.watch(this.#tumbling?.at(this.#incoming.records[0])?.endMs);
  }

  #reach(sequenceNumber: string | undefined): void {
    if (sequenceNumber !== undefined) this.#position = { at: 'AFTER', sequenceNumber };
    this.#options.reached(this.#position, this.#tumbling?.open);
  }

  /** What the filter refused is done with as soon as everything before it is. */
  #reachLastRead(): void {
    const { lastRead } = this.#incoming;
    if (lastRead !== undefined) this.#reach(lastRead);
  }

  async #following(wanted: number): Promise<readonly SourceRecord[]> {
    const incoming = this.#incoming;
    const missing = wanted - incoming.records.length;
    if (missing > 0 && !incoming.isEnded) await incoming.read(missing);
    return incoming.take(Math.min(wanted, this.#tumbling?.leading(incoming.records) ?? wanted));
  }

  #finish(): void {
    this.#finished = true;
    this.#batchWindow.close();
    this.#lateClose.watch(undefined);
    this.#drains.tell(this.#drains.asked);
  }
}

/** None where the mapping has no windows and left none open. */
function windowOf({ settings, shardId, source, openWindow: open }: PollerOptions): ShardWindow | undefined {
  const { TumblingWindowInSeconds: seconds } = settings;
  if (seconds === 0 && open === undefined) return undefined;
  return new ShardWindow({ seconds, shardId, eventSourceArn: source.arn, open });
}
