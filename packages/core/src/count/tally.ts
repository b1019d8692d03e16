import type { BucketSize } from '../series/bucket.ts';
import { bucketMs } from '../series/bucket.ts';
import { otherSeries } from '../series/partial.ts';
import type { Decisions } from './outcomes.ts';
import { outcomes, outcomesOf } from './outcomes.ts';
import type { ReadBatch } from './read.ts';
import type { StreamRecord } from './record.ts';

/** The events of a batch that belong to one (series, bucket size, bucket). */
export interface BucketTally {
  readonly id: number;
  readonly name: string;
  readonly size: BucketSize;
  readonly startMs: number;
  /** Places of the first and the last record that hold such an event. */
  readonly firstRecord: number;
  lastRecord: number;
  count: number;
}

export interface BatchTally {
  readonly buckets: readonly BucketTally[];
  /** For each event, one of `outcomes`. */
  readonly outcome: Uint8Array;
  /** For each bucket size and event, the id of its tally, or `nowhere`. Needed only when a fence stands inside the batch. */
  readonly bucketOf: readonly Int32Array[];
}

export const nowhere = -1;

/**
 * Tallies a batch by series and bucket. This is the hot path: it makes objects for buckets, not for events, and
 * looks a bucket up only when an event's differs from that of its series' event before it.
 */
export function tallyBatch(read: ReadBatch, decisions: Decisions): BatchTally {
  const { events, records, source } = read;
  const { floors } = decisions;
  const sizes = source.buckets;
  const spans = sizes.map((size) => bucketMs[size]);
  const highestFloors = sizes.map((size) => floors.highestFloor(size));
  const outcome = outcomesOf(read, decisions);
  const book = new BucketBook(read, sizes);
  const bucketOf = sizes.map(() => new Int32Array(events.name.length).fill(nowhere));
  const floorOf = (size: number, place: number): number =>
    floors.floorAt(sizes[size] as BucketSize, (records[place] as StreamRecord).arrivalMs);

  for (let event = 0; event < outcome.length; event += 1) {
    const decided = outcome[event] as number;
    if (decided >= outcomes.tooOld) {
      continue;
    }
    const timeMs = events.timeMs[event] as number;
    const place = events.record[event] as number;
    const series = decided === outcomes.overCap ? book.other : (events.name[event] as number);
    for (let at = 0; at < spans.length; at += 1) {
      const span = spans[at] as number;
      const bucket = Math.floor(timeMs / span);
      const startMs = bucket * span;
      if (startMs >= (highestFloors[at] as number) || startMs >= floorOf(at, place)) {
        (bucketOf[at] as Int32Array)[event] = book.count(series, at, bucket, span, place);
      }
    }
  }
  return { buckets: book.buckets, outcome, bucketOf };
}

/** Tallies by series (its place among the batch's names, `other` past the last), size and bucket. */
class BucketBook {
  readonly buckets: BucketTally[] = [];
  readonly other: number;
  readonly #read: ReadBatch;
  readonly #sizes: readonly BucketSize[];
  /** For each series and size: the bucket of the event before, its tally, and all the tallies by bucket. */
  readonly #lastBucket: number[];
  readonly #lastTally: BucketTally[] = [];
  readonly #tallies: Map<number, BucketTally>[] = [];

  constructor(read: ReadBatch, sizes: readonly BucketSize[]) {
    this.#read = read;
    this.#sizes = sizes;
    this.other = read.names.length;
    this.#lastBucket = new Array((this.other + 1) * sizes.length).fill(Number.NaN);
  }

  /** Counts one event and returns the id of its tally. `bucket` numbers the spans since the epoch. */
  count(series: number, size: number, bucket: number, span: number, place: number): number {
    const at = series * this.#sizes.length + size;
    let tally: BucketTally;
    if (this.#lastBucket[at] === bucket) {
      tally = this.#lastTally[at] as BucketTally;
    } else {
      tally = this.#find(series, size, at, bucket, span, place);
      this.#lastBucket[at] = bucket;
      this.#lastTally[at] = tally;
    }
    tally.count += 1;
    tally.lastRecord = place;
    return tally.id;
  }

  #find(series: number, size: number, at: number, bucket: number, span: number, place: number): BucketTally {
    let tallies = this.#tallies[at];
    if (tallies === undefined) {
      tallies = new Map();
      this.#tallies[at] = tallies;
    }
    let tally = tallies.get(bucket);
    if (tally === undefined) {
      const name = series === this.other ? otherSeries : (this.#read.names[series] as string);
      tally = {
        id: this.buckets.length,
        name,
        size: this.#sizes[size] as BucketSize,
        startMs: bucket * span,
        firstRecord: place,
        lastRecord: place,
        count: 0,
      };
      tallies.set(bucket, tally);
      this.buckets.push(tally);
    }
    return tally;
  }
}
