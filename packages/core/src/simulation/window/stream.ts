import type { StreamRecord } from '../../count/record.ts';
import type { WindowShard } from './readings.ts';

/** A page of a read: `next` is where the following one begins. */
export interface Page {
  readonly records: readonly StreamRecord[];
  readonly next: number;
  /** Nothing lies after it now. */
  readonly isAtTip: boolean;
}

/** The shards as whoever reads them again finds them: what is old has left, what is to come is not there yet. */
export class Stream {
  readonly #shards: readonly WindowShard[];
  /** For each shard the place of the first record that has not left it. */
  readonly #horizons: number[];
  /** Of a shard, the place of the first record that may not leave yet. */
  mayTrimTo: (place: number) => number = () => 0;

  constructor(shards: readonly WindowShard[]) {
    this.#shards = shards;
    this.#horizons = shards.map(() => 0);
  }

  horizon(place: number): number {
    return this.#horizons[place] as number;
  }

  /** Lets a part, 0 to 1, of the records leave that may. */
  trim(place: number, part: number): void {
    this.#horizons[place] = Math.max(this.horizon(place), Math.floor(this.mayTrimTo(place) * part));
  }

  /** Whether a record has left the stream. */
  hasLeft(place: number, sequence: number): boolean {
    return (this.#shard(place).records[this.horizon(place)]?.sequence ?? Number.POSITIVE_INFINITY) > sequence;
  }

  /** An iterator: the place of the record of this sequence number, or of the first one after it. */
  placeOf(place: number, sequenceNumber: string, isAfter: boolean): number {
    const sequence = Number(sequenceNumber);
    return this.#shard(place).records.filter((record) => record.sequence < sequence + (isAfter ? 1 : 0)).length;
  }

  /** Reads from an iterator on; over what has left the stream it passes without a word. */
  page(place: number, iterator: number, recordsMax: number, nowMs: number): Page {
    const { records, stream } = this.#shard(place);
    const from = Math.max(iterator, this.horizon(place));
    let next = from;
    while (next < from + recordsMax && (records[next]?.visibleMs ?? Number.POSITIVE_INFINITY) <= nowMs) {
      next += 1;
    }
    const isAtTip = (records[next]?.visibleMs ?? Number.POSITIVE_INFINITY) > nowMs;
    return { records: stream.slice(from, next), next, isAtTip };
  }

  #shard(place: number): WindowShard {
    return this.#shards[place] as WindowShard;
  }
}
