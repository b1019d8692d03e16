import type { SpanSize } from '../series/key.ts';
import { encodeBucket, sliceOfShard } from '../series/key.ts';
import type { Writer } from '../series/partial.ts';
import type { Fence } from '../series/sequence.ts';
import { EventIndex } from './event-index.ts';
import type { FencedUpdate, FencedWrite } from './fence.ts';
import { fenceOf, firstRecordAfter } from './fence.ts';
import type { ReadBatch } from './read.ts';
import type { BatchTally, BucketTally } from './tally.ts';

/** Key of an item of the Series table. */
export interface SeriesKey {
  readonly EventName: string;
  readonly Bucket: string;
}

/** What a batch adds to one partial: `add` is `{ EventCount }`, of a recount also the same as `{ Recounted }`; `set` is `{ WrittenBy }`. */
export type PartialTally = FencedWrite<SeriesKey>;

export interface PartialIdentity {
  /** The generation into which a bucket or window is written: live counting takes the true one from the timeline, a recount has one for all. */
  readonly generationOf: (size: SpanSize, startMs: number) => number;
  readonly writer: Writer;
}

export function partialTallies(read: ReadBatch, tally: BatchTally, identity: PartialIdentity): PartialTally[] {
  const batch = new BatchPartials(read, tally, identity);
  return tally.buckets.map((bucket) => new BucketPartial(batch, bucket));
}

/** What the partials of one batch have in common: encoded once, not once for each of them. */
class BatchPartials {
  readonly read: ReadBatch;
  readonly index: EventIndex;
  readonly #identity: PartialIdentity;
  readonly #slice: string;
  readonly #fences = new Map<number, Fence>();
  readonly #bucketKeys = new Map<string, Map<number, string>>();

  constructor(read: ReadBatch, tally: BatchTally, identity: PartialIdentity) {
    this.read = read;
    this.index = new EventIndex(read, tally);
    this.#identity = identity;
    this.#slice = sliceOfShard(read.shardId);
  }

  update(count: number, firstRecord: number, lastRecord: number): FencedUpdate {
    const { writer } = this.#identity;
    return {
      add: writer === 'recount' ? { EventCount: count, Recounted: count } : { EventCount: count },
      set: { WrittenBy: writer },
      lastSequence: this.#fenceOf(lastRecord),
      below: this.#fenceOf(firstRecord),
    };
  }

  /** The same buckets serve many names: their keys are written out once. */
  keyOf({ name, size, startMs }: BucketTally): SeriesKey {
    let starts = this.#bucketKeys.get(size);
    if (starts === undefined) {
      starts = new Map();
      this.#bucketKeys.set(size, starts);
    }
    let bucket = starts.get(startMs);
    if (bucket === undefined) {
      const generation = this.#identity.generationOf(size, startMs);
      bucket = encodeBucket({ size, generation, startMs, slice: this.#slice });
      starts.set(startMs, bucket);
    }
    return { EventName: name, Bucket: bucket };
  }

  #fenceOf(record: number): Fence {
    let fence = this.#fences.get(record);
    if (fence === undefined) {
      fence = fenceOf(this.read.records, record);
      this.#fences.set(record, fence);
    }
    return fence;
  }
}

class BucketPartial implements PartialTally {
  readonly key: SeriesKey;
  readonly first: FencedUpdate;
  readonly #batch: BatchPartials;
  readonly #bucket: BucketTally;

  constructor(batch: BatchPartials, bucket: BucketTally) {
    this.key = batch.keyOf(bucket);
    this.first = batch.update(bucket.count, bucket.firstRecord, bucket.lastRecord);
    this.#batch = batch;
    this.#bucket = bucket;
  }

  remainingAfter(oldFence: Fence): FencedUpdate | undefined {
    const remaining = this.#batch.index.eventsFrom(this.#bucket, firstRecordAfter(this.#batch.read.records, oldFence));
    return remaining === undefined
      ? undefined
      : this.#batch.update(remaining.count, remaining.firstRecord, this.#bucket.lastRecord);
  }
}
