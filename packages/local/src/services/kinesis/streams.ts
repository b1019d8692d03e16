import type { Clock } from '../../clock.ts';
import { KinesisFault } from './fault.ts';
import type { Shard, StoredRecord } from './shard.ts';
import type { StreamStore } from './store.ts';
import { Stream, type StreamDescription } from './stream.ts';
import type { StreamMetrics } from './stream-metrics.ts';

export interface StreamsOptions {
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  /** Open shards of all provisioned streams together. */
  readonly shardCountMax: number;
  /** Whether a shard takes no more than 1,000 records or 1 MiB, and gives no more than 5 reads or 2 MiB, in a second of engine time. */
  readonly enforceShardLimits: boolean;
  readonly store: StreamStore | undefined;
  readonly metrics?: StreamMetrics | undefined;
}

export interface StreamReference {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

/** The account's streams: what every action works on. */
export class Streams {
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  readonly shardCountMax: number;
  readonly enforceShardLimits: boolean;
  readonly metrics: StreamMetrics | undefined;
  readonly #store: StreamStore | undefined;
  readonly #streams = new Map<string, Stream>();
  /** By name of a deleted stream, the newest second in its sequence numbers. */
  readonly #retired = new Map<string, number>();

  constructor({ clock, accountId, region, shardCountMax, enforceShardLimits, store, metrics }: StreamsOptions) {
    this.clock = clock;
    this.accountId = accountId;
    this.region = region;
    this.shardCountMax = shardCountMax;
    this.enforceShardLimits = enforceShardLimits;
    this.metrics = metrics;
    this.#store = store;
    for (const stream of store?.load() ?? []) this.#streams.set(stream.name, stream);
  }

  arnOf(name: string): string {
    return `arn:aws:kinesis:${this.region}:${this.accountId}:stream/${name}`;
  }

  /** By name. */
  all(): Stream[] {
    return [...this.#streams.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  has(name: string): boolean {
    return this.#streams.has(name);
  }

  /**
   * The stream that a request means, with what has aged out of it removed. Throws `InvalidArgumentException` when it
   * names none or two, `ResourceNotFoundException` when there is none.
   */
  find({ StreamName, StreamARN }: StreamReference): Stream {
    if (StreamName === undefined && StreamARN === undefined) {
      throw new KinesisFault('InvalidArgumentException', 'Either StreamName or StreamARN must be provided.');
    }
    const arn = StreamARN ?? this.arnOf(StreamName ?? '');
    const name = arn.slice(arn.lastIndexOf('/') + 1);
    if (StreamName !== undefined && StreamName !== name) {
      throw new KinesisFault('InvalidArgumentException', `StreamName ${StreamName} and StreamARN ${arn} do not match.`);
    }
    const stream = this.#streams.get(name);
    if (stream === undefined || stream.arn !== arn) {
      const asked = StreamName === undefined ? arn : StreamName;
      throw new KinesisFault('ResourceNotFoundException', `Stream ${asked} under account ${this.accountId} not found.`);
    }
    this.#trim(stream);
    return stream;
  }

  /** Throws `ResourceNotFoundException` when the stream has no such shard, or no longer. */
  findShard(stream: Stream, shardId: string): Shard {
    const shard = stream.listedShards(this.clock.now()).find(({ id }) => id === shardId);
    if (shard === undefined) {
      throw new KinesisFault(
        'ResourceNotFoundException',
        `Could not find shard ${shardId} in stream ${stream.name} under account ${this.accountId}.`,
      );
    }
    return shard;
  }

  /** Throws `LimitExceededException` when the account would have more shards than it may. */
  admitShards(additional: number): void {
    const open = this.openShardCount();
    if (open + additional > this.shardCountMax) {
      throw new KinesisFault(
        'LimitExceededException',
        `This request would exceed the shard limit for the account ${this.accountId} in ${this.region}. ` +
          `Current shard count for the account: ${open}. Limit: ${this.shardCountMax}. ` +
          `Number of additional shards that would have resulted from this request: ${additional}.`,
      );
    }
  }

  openShardCount(): number {
    return this.all()
      .filter(({ mode }) => mode === 'PROVISIONED')
      .reduce((count, stream) => count + stream.openShards().length, 0);
  }

  /**
   * The second that stands in the sequence numbers of a new stream: now, but above those of an earlier stream of its
   * name even where the clock did not move on, since what was counted of that one is fenced by its numbers.
   */
  nextCreatedSeconds(name: string): number {
    return Math.max(0, Math.floor(this.clock.now() / 1000), (this.#retired.get(name) ?? -1) + 1);
  }

  create(description: StreamDescription): void {
    const stream = new Stream(description);
    this.#store?.save(stream);
    this.#streams.set(stream.name, stream);
  }

  delete(stream: Stream): void {
    this.#store?.delete(stream);
    this.#streams.delete(stream.name);
    this.#retired.set(stream.name, Math.max(...stream.shards.map(({ createdSeconds }) => createdSeconds)));
  }

  /** To be called after every change to a stream that is not about its records. */
  changed(stream: Stream): void {
    this.#store?.save(stream);
  }

  /** To be called with the records of one request; they are kept when it returns. */
  appended(stream: Stream, records: readonly { readonly shard: Shard; readonly record: StoredRecord }[]): void {
    this.#store?.append(stream, records);
  }

  #trim(stream: Stream): void {
    const horizonMs = stream.horizonMs(this.clock.now());
    for (const shard of stream.shards) {
      if (shard.trim(horizonMs) > 0) this.#store?.trim(stream, shard);
    }
  }
}
