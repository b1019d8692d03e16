import type { Filter } from './filter.ts';
import type { Position, ShardReader, SourceRecord, StreamSource } from './source.ts';

export interface IncomingOptions {
  readonly source: StreamSource;
  readonly shardId: string;
  /** Where reading begins. */
  readonly position: Position;
  readonly passes: Filter;
  readonly readFailed: (error: unknown) => void;
}

/** What was read of a shard and is not delivered yet. */
export class Incoming {
  readonly #options: IncomingOptions;
  readonly #records: SourceRecord[] = [];
  #reader: ShardReader | undefined;
  #received = 0;
  #lastRead: string | undefined;
  #isEnded = false;

  constructor(options: IncomingOptions) {
    this.#options = options;
  }

  /** Without those that the filter refused. */
  get records(): readonly SourceRecord[] {
    return this.#records;
  }

  /** Records read so far, before the filter. */
  get received(): number {
    return this.#received;
  }

  /** Sequence number of the last record that was read, whether it passed the filter or not. */
  get lastRead(): string | undefined {
    return this.#lastRead;
  }

  /** The shard is closed and wholly read. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Adds a page; how many records it had before the filter, undefined where the source gave none now. */
  async read(limit: number): Promise<number | undefined> {
    const { source, shardId, position, passes, readFailed } = this.#options;
    try {
      this.#reader ??= await source.open(shardId, position);
      const { records, ended } = await this.#reader.read(limit);
      this.#isEnded = ended;
      this.#received += records.length;
      this.#lastRead = records.at(-1)?.sequenceNumber ?? this.#lastRead;
      this.#records.push(...records.filter(passes));
      return records.length;
    } catch (error) {
      // Others read the shard too: its turn comes.
      const isThrottled = error instanceof Error && error.name === 'ProvisionedThroughputExceededException';
      if (!isThrottled) readFailed(error);
      return undefined;
    }
  }

  /** Takes so many records from the front, as far as there are any. */
  take(count: number): readonly SourceRecord[] {
    return this.#records.splice(0, count);
  }
}
