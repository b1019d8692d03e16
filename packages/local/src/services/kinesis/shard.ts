import { formatHashKey, type HashKeyRange } from './hash-key.ts';
import { endCounter, formatSequence } from './sequence.ts';

export interface StoredRecord {
  /** Grows within the shard; what iterators point at. */
  readonly counter: number;
  readonly sequenceNumber: string;
  readonly arrivalMs: number;
  readonly partitionKey: string;
  readonly data: Buffer;
}

/** What a shard is, without its records: also what is kept on disk. */
export interface ShardDescription {
  readonly index: number;
  readonly range: HashKeyRange;
  /** In the sequence numbers; above every parent's. */
  readonly createdSeconds: number;
  readonly openedAtMs: number;
  readonly closedAtMs?: number;
  readonly parentIndex?: number;
  readonly adjacentParentIndex?: number;
}

/** As the API shows a shard. */
export interface ShardOutput {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly HashKeyRange: HashKeyRangeOutput;
  readonly SequenceNumberRange: { readonly StartingSequenceNumber: string; readonly EndingSequenceNumber?: string };
}

export interface HashKeyRangeOutput {
  readonly StartingHashKey: string;
  readonly EndingHashKey: string;
}

export function formatShardId(index: number): string {
  return `shardId-${String(index).padStart(12, '0')}`;
}

/** Gaps left by trimmed records are closed when they are this many and at least half of the array. */
const gapMin = 1_024;

export class Shard {
  readonly index: number;
  readonly id: string;
  readonly range: HashKeyRange;
  readonly createdSeconds: number;
  readonly openedAtMs: number;
  readonly parentIndex: number | undefined;
  readonly adjacentParentIndex: number | undefined;
  closedAtMs: number | undefined;
  /** The counter of the next record. */
  nextCounter = 1;
  #records: StoredRecord[] = [];
  /** Where the oldest record stands that is not trimmed. */
  #head = 0;

  constructor(description: ShardDescription) {
    this.index = description.index;
    this.id = formatShardId(description.index);
    this.range = description.range;
    this.createdSeconds = description.createdSeconds;
    this.openedAtMs = description.openedAtMs;
    this.closedAtMs = description.closedAtMs;
    this.parentIndex = description.parentIndex;
    this.adjacentParentIndex = description.adjacentParentIndex;
  }

  get isOpen(): boolean {
    return this.closedAtMs === undefined;
  }

  append(partitionKey: string, data: Buffer, arrivalMs: number): StoredRecord {
    const counter = this.nextCounter;
    const sequenceNumber = formatSequence({
      createdSeconds: this.createdSeconds,
      shardIndex: this.index,
      counter,
      arrivalMs,
    });
    const record = { counter, sequenceNumber, arrivalMs, partitionKey, data };
    this.restore(record);
    return record;
  }

  /** Puts back a record that was kept on disk; counters must come in order. */
  restore(record: StoredRecord): void {
    if (record.counter < this.nextCounter) throw new Error(`${this.id}: record ${record.counter} is out of order`);
    this.#records.push(record);
    this.nextCounter = record.counter + 1;
  }

  /** The records from a counter on, oldest first; trimmed ones are passed over. Read it before the shard changes. */
  *from(counter: number): Generator<StoredRecord> {
    for (let position = this.#positionOf(counter); position < this.#records.length; position += 1) {
      yield this.#at(position);
    }
  }

  /** The counter of the first record that arrived at or after a time; the next one's when there is none. */
  counterAt(arrivalMs: number): number {
    // A search, not a bisection: arrival times go backwards where the clock was set back.
    for (const record of this.from(0)) if (record.arrivalMs >= arrivalMs) return record.counter;
    return this.nextCounter;
  }

  /** The counter of the oldest record; the next one's when there is none. */
  get firstCounter(): number {
    return this.#records[this.#head]?.counter ?? this.nextCounter;
  }

  hasFrom(counter: number): boolean {
    return this.#positionOf(counter) < this.#records.length;
  }

  /** Drops the records that arrived at or before a time, up to the first that did not. Returns how many. */
  trim(arrivedAtMs: number): number {
    const before = this.#head;
    while (this.#head < this.#records.length && this.#at(this.#head).arrivalMs <= arrivedAtMs) this.#head += 1;
    const trimmed = this.#head - before;
    if (this.#head >= gapMin && this.#head * 2 >= this.#records.length) {
      this.#records = this.#records.slice(this.#head);
      this.#head = 0;
    }
    return trimmed;
  }

  describe(): ShardDescription {
    return {
      index: this.index,
      range: this.range,
      createdSeconds: this.createdSeconds,
      openedAtMs: this.openedAtMs,
      ...(this.closedAtMs !== undefined && { closedAtMs: this.closedAtMs }),
      ...(this.parentIndex !== undefined && { parentIndex: this.parentIndex }),
      ...(this.adjacentParentIndex !== undefined && { adjacentParentIndex: this.adjacentParentIndex }),
    };
  }

  show(): ShardOutput {
    const { createdSeconds, index: shardIndex, closedAtMs } = this;
    return {
      ShardId: this.id,
      ...(this.parentIndex !== undefined && { ParentShardId: formatShardId(this.parentIndex) }),
      ...(this.adjacentParentIndex !== undefined && { AdjacentParentShardId: formatShardId(this.adjacentParentIndex) }),
      HashKeyRange: this.showRange(),
      SequenceNumberRange: {
        StartingSequenceNumber: formatSequence({
          createdSeconds,
          shardIndex,
          counter: 0,
          arrivalMs: createdSeconds * 1000,
        }),
        ...(closedAtMs !== undefined && {
          EndingSequenceNumber: formatSequence({
            createdSeconds,
            shardIndex,
            counter: endCounter,
            arrivalMs: closedAtMs,
          }),
        }),
      },
    };
  }

  showRange(): HashKeyRangeOutput {
    return { StartingHashKey: formatHashKey(this.range.start), EndingHashKey: formatHashKey(this.range.end) };
  }

  #at(position: number): StoredRecord {
    const record = this.#records[position];
    if (record === undefined) throw new Error(`${this.id}: no record at ${position}`);
    return record;
  }

  /** Where the first record at or after a counter stands. Counters have gaps where the server was started anew. */
  #positionOf(counter: number): number {
    let low = this.#head;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#at(middle).counter < counter) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
