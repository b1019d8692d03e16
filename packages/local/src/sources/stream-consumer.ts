import type { Clock } from '../clock.ts';
import type { InvocationResult } from '../lambda/invocation.ts';
import type { Envelope } from './batch.ts';
import type { Chaos } from './chaos.ts';
import type { Discard } from './destination.ts';
import type { DrainOptions } from './drains.ts';
import { compileFilter } from './filter.ts';
import { windowCloseDelayMsDefault } from './late-close.ts';
import { type PositionStore, Positions } from './positions.ts';
import type { MappingSettings, StartingPosition } from './settings.ts';
import { Shards } from './shards.ts';
import type { SourceRecord, StreamSource } from './source.ts';

export interface StreamConsumerOptions {
  /** Under which it keeps its positions. */
  readonly id: string;
  readonly source: StreamSource;
  readonly startingPosition: StartingPosition;
  readonly clock: Clock;
  readonly positions: PositionStore;
  /** How long after its end a tumbling window is closed for which nothing more came, in engine time; 2 minutes without it. */
  readonly windowCloseDelayMs?: number | undefined;
  /** What stands around the records of an event. */
  readonly envelope: Envelope;
  /** By which an answer may name a record that failed. */
  readonly identifiersOf: (record: SourceRecord, shardId: string) => readonly string[];
  /** Asked before every delivery. */
  readonly chaos: () => Chaos | undefined;
  /** Delivers one event. Throws InvokeFault where nothing ran. */
  readonly invoke: (eventJson: string) => Promise<InvocationResult>;
  /** These records are sent now, whether or not something runs. */
  readonly sending?: ((records: readonly SourceRecord[]) => void) | undefined;
  /** Takes what is given up; the shard waits for it. */
  readonly discard: (discard: ShardDiscard) => Promise<void>;
  readonly observe: (event: ConsumerEvent) => void;
}

export type ShardDiscard = Pick<Discard, 'records' | 'condition' | 'invocations' | 'shardId'>;

/** What happened to a batch, or on the way to it. */
export interface ConsumerEvent {
  readonly kind: 'failed' | 'source failed';
  readonly shardId?: string;
  readonly records?: number;
  readonly reason: string;
}

/**
 * Reads a stream shard by shard and delivers it batch by batch, each shard in order: what event source mappings and pipes have
 * in common. It may be started and stopped any number of times, and goes on where it was.
 */
export class StreamConsumer {
  readonly #options: StreamConsumerOptions;
  readonly #shards: Shards;
  readonly #strays = new Set<Promise<unknown>>();

  constructor(options: StreamConsumerOptions) {
    this.#options = options;
    const { id, source, startingPosition } = options;
    const positions = new Positions(options.positions, id);
    const sourceFailed = (error: unknown, shardId?: string) => this.#sourceFailed(error, shardId);
    const poller = (shardId: string) => this.#pollerOptions(shardId);
    this.#shards = new Shards({ source, positions, startingPosition, poller, sourceFailed });
  }

  /** Begins to read, at the starting position the first time and where it was ever after. */
  async start(settings: MappingSettings): Promise<void> {
    const bodyKey = this.#options.source.kind === 'kinesis' ? 'data' : 'dynamodb';
    const filter = compileFilter(settings.FilterPatterns, bodyKey);
    if (!filter.ok) throw new Error(filter.mistakes.join('; '));
    await this.#shards.start(settings, filter.passes);
  }

  /** Begins nothing more; resolves when what runs has ended. */
  async stop(): Promise<void> {
    await this.#shards.stop();
    await Promise.allSettled(this.#strays);
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
   * to be closed. One that is stopped is idle with its last invocation's end, and its windows stay as they are.
   */
  async idle(options: DrainOptions = {}): Promise<void> {
    const { settleMs } = this.#options.source;
    for (;;) {
      const before = await this.#shards.drained(options);
      if (settleMs > 0) {
        await new Promise((resolve) => setTimeout(resolve, settleMs));
        if ((await this.#shards.drained(options)) !== before) continue;
      }
      await Promise.allSettled(this.#strays);
      if (this.isIdle()) return;
    }
  }

  #pollerOptions(shardId: string) {
    const { clock, windowCloseDelayMs, envelope, identifiersOf, invoke, sending, discard, chaos, observe } =
      this.#options;
    return {
      ...{ clock, envelope, invoke, sending, chaos },
      windowCloseDelayMs: windowCloseDelayMs ?? windowCloseDelayMsDefault,
      identifiersOf: (record: SourceRecord) => identifiersOf(record, shardId),
      discard: (given: Omit<ShardDiscard, 'shardId'>) => discard({ ...given, shardId }),
      failed: (records: readonly unknown[], reason: string) =>
        observe({ kind: 'failed', shardId, records: records.length, reason }),
      stray: (invocation: Promise<unknown>) => this.#addStray(invocation),
      readFailed: (error: unknown) => this.#sourceFailed(error, shardId),
    };
  }

  #addStray(invocation: Promise<unknown>): void {
    const settled = invocation.catch(() => {}).finally(() => this.#strays.delete(settled));
    this.#strays.add(settled);
  }

  #sourceFailed(error: unknown, shardId?: string): void {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#options.observe({ kind: 'source failed', reason, ...(shardId === undefined ? {} : { shardId }) });
  }
}
