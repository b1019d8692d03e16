import { type HashKey, type HashKeyRange, hashKeyAfter, hashKeyBefore, uniformRanges } from './hash-key.ts';
import { ReadThroughput } from './read-throughput.ts';
import { Shard, type ShardDescription } from './shard.ts';
import { Throughput } from './throughput.ts';

export type StreamMode = 'PROVISIONED' | 'ON_DEMAND';

const hourMs = 3_600_000;

/** What a stream is, without its records: also what is kept on disk. */
export interface StreamDescription {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  readonly mode: StreamMode;
  readonly retentionHours: number;
  readonly recordKiBMax: number;
  /** Id of the key that the stream says it is encrypted with. Nothing is encrypted here. */
  readonly keyId?: string;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly shards: readonly ShardDescription[];
}

export class Stream {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  mode: StreamMode;
  retentionHours: number;
  recordKiBMax: number;
  keyId: string | undefined;
  readonly tags: Map<string, string>;
  /** By index. Those that have expired stay, empty, so that indexes do. */
  readonly shards: Shard[];
  readonly throughput = new Throughput();
  readonly readThroughput = new ReadThroughput();

  constructor(description: StreamDescription) {
    this.name = description.name;
    this.arn = description.arn;
    this.createdMs = description.createdMs;
    this.mode = description.mode;
    this.retentionHours = description.retentionHours;
    this.recordKiBMax = description.recordKiBMax;
    this.keyId = description.keyId;
    this.tags = new Map(description.tags);
    this.shards = description.shards.map((shard) => new Shard(shard));
  }

  get encryptionType(): 'KMS' | 'NONE' {
    return this.keyId === undefined ? 'NONE' : 'KMS';
  }

  openShards(): Shard[] {
    return this.shards.filter((shard) => shard.isOpen).sort((a, b) => (a.range.start < b.range.start ? -1 : 1));
  }

  /** The open shard that takes a key. */
  shardFor(key: HashKey): Shard {
    const shard = this.shards.find(({ isOpen, range }) => isOpen && range.start <= key && key <= range.end);
    if (shard === undefined) throw new Error(`${this.name}: no open shard takes ${key}`);
    return shard;
  }

  /** Shards that are open or still within the retention since they were closed. */
  listedShards(nowMs: number): Shard[] {
    const horizonMs = this.horizonMs(nowMs);
    return this.shards.filter(({ closedAtMs }) => closedAtMs === undefined || closedAtMs > horizonMs);
  }

  childrenOf(parent: Shard): Shard[] {
    return this.shards.filter(
      ({ parentIndex, adjacentParentIndex }) => parentIndex === parent.index || adjacentParentIndex === parent.index,
    );
  }

  parentsOf({ parentIndex, adjacentParentIndex }: Shard): Shard[] {
    return this.shards.filter(({ index }) => index === parentIndex || index === adjacentParentIndex);
  }

  /** What arrived at or before this time is no longer kept. */
  horizonMs(nowMs: number): number {
    return nowMs - this.retentionHours * hourMs;
  }

  split(parent: Shard, newStart: HashKey, nowMs: number): void {
    parent.closedAtMs = nowMs;
    this.#open({ start: parent.range.start, end: hashKeyBefore(newStart) }, nowMs, parent);
    this.#open({ start: newStart, end: parent.range.end }, nowMs, parent);
  }

  /** `lower` must end where `upper` begins. */
  merge(lower: Shard, upper: Shard, nowMs: number): void {
    lower.closedAtMs = nowMs;
    upper.closedAtMs = nowMs;
    this.#open({ start: lower.range.start, end: upper.range.end }, nowMs, lower, upper);
  }

  /** Splits and merges until the key space lies in `count` shards of one width. */
  rescale(count: number, nowMs: number): void {
    const targets = uniformRanges(count);
    for (const { start } of targets) {
      const shard = this.shardFor(start);
      if (shard.range.start !== start) this.split(shard, start, nowMs);
    }
    for (const { start, end } of targets) {
      for (let lower = this.shardFor(start); lower.range.end !== end; lower = this.shardFor(start)) {
        this.merge(lower, this.shardFor(hashKeyAfter(lower.range.end)), nowMs);
      }
    }
  }

  describe(): StreamDescription {
    return {
      name: this.name,
      arn: this.arn,
      createdMs: this.createdMs,
      mode: this.mode,
      retentionHours: this.retentionHours,
      recordKiBMax: this.recordKiBMax,
      ...(this.keyId !== undefined && { keyId: this.keyId }),
      tags: [...this.tags],
      shards: this.shards.map((shard) => shard.describe()),
    };
  }

  #open(range: HashKeyRange, nowMs: number, parent: Shard, adjacent?: Shard): void {
    const nowSeconds = Math.floor(nowMs / 1000);
    this.shards.push(
      new Shard({
        index: this.shards.length,
        range,
        // Above every parent's even within one second or when the clock was set back: numbers must grow into children.
        createdSeconds: Math.max(nowSeconds, parent.createdSeconds + 1, (adjacent?.createdSeconds ?? 0) + 1),
        openedAtMs: nowMs,
        parentIndex: parent.index,
        ...(adjacent !== undefined && { adjacentParentIndex: adjacent.index }),
      }),
    );
  }
}
