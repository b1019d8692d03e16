/** A shard gives 5 answers a second to all of its readers: whoever reads on leaves the others their share. */
const intervalMsMin = 250;
/** A shard gives 2 MB a second as well. Who takes more at once keeps all of its readers waiting, for up to 5 s. */
const bytesPerMs = 2000;
/** Answers that come at once: a look at one record, and what is read when it shows more. */
const promptAnswers = 2;
/**
 * What one answer is to hold, about. Kinesis gives up to 10 MB, of which its client makes nearly 300 MB in memory: a small function would
 * die of every such answer, and its shard wait for ever.
 */
const bytesMax = 2_000_000;
/** However small they are: where every record is set aside, each is an object to write before the next page. */
const recordsMax = 2500;
/** While nobody knows how large they are. */
const firstRecordsMax = 250;

/** How much of a shard is asked for at once, and how soon again. */
export class ReadingPace {
  /** Records of the next answer, at most. */
  recordsMax: number;
  #answers = 0;
  #dueMs = 0;

  constructor(recordsOfFirst = firstRecordsMax) {
    this.recordsMax = recordsOfFirst;
  }

  /** How long to wait before the next answer is asked for, in milliseconds: what was done with the last one is a part of the wait. */
  waitMs(nowMs: number): number {
    return this.#answers < promptAnswers ? 0 : Math.max(0, this.#dueMs - nowMs);
  }

  /** Learns from an answer: the next records will be about as large. */
  take(records: number, bytes: number, nowMs: number): void {
    this.#answers += 1;
    this.#dueMs = nowMs + Math.max(intervalMsMin, Math.ceil(bytes / bytesPerMs));
    if (records === 0) return;
    this.recordsMax = Math.min(Math.max(Math.floor((bytesMax * records) / Math.max(bytes, 1)), 1), recordsMax);
  }
}
