import type { ReadBatch } from './read.ts';
import type { BatchTally, BucketTally } from './tally.ts';
import { nowhere } from './tally.ts';

/**
 * The records behind each bucket's tally. Only a conflict asks for them, so that the index is built when the first one
 * does: one walk over the batch for each bucket size, however many conflicts follow.
 */
export class EventIndex {
  readonly #read: ReadBatch;
  readonly #tally: BatchTally;
  #records: readonly (readonly number[])[] | undefined;

  constructor(read: ReadBatch, tally: BatchTally) {
    this.#read = read;
    this.#tally = tally;
  }

  /** The bucket's events in records at or past the place `fromRecord`; undefined when there are none. */
  eventsFrom(bucket: BucketTally, fromRecord: number): { count: number; firstRecord: number } | undefined {
    this.#records ??= recordsByTally(this.#read, this.#tally);
    const records = this.#records[bucket.id] ?? [];
    let low = 0;
    let high = records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((records[middle] as number) < fromRecord) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const firstRecord = records[low];
    return firstRecord === undefined ? undefined : { count: records.length - low, firstRecord };
  }
}

/** For each tally, the record of each of its events, in order. */
function recordsByTally(read: ReadBatch, tally: BatchTally): number[][] {
  const records: number[][] = tally.buckets.map(() => []);
  for (const bucketOf of tally.bucketOf) {
    for (let event = 0; event < bucketOf.length; event += 1) {
      const id = bucketOf[event] as number;
      if (id !== nowhere) {
        (records[id] as number[]).push(read.events.record[event] as number);
      }
    }
  }
  return records;
}
