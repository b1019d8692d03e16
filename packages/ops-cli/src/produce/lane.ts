import { bytesPerCallMax, type OutgoingRecord, recordBytes, recordsPerCallMax } from './record.ts';

/** Puts records on the stream in one call; returns those that were refused, in their order. Throws when the call failed. */
export type PutRecords = (records: readonly OutgoingRecord[]) => Promise<PutOutcome>;

export interface PutOutcome {
  readonly refused: readonly OutgoingRecord[];
  /** Kinesis's word for why, of one of them. */
  readonly reason?: string;
}

export interface LaneEvents {
  sent(records: number, bytes: number): void;
  refused(records: number): void;
}

const waitMsMin = 50;
const waitMsMax = 5_000;
/** Calls in a row of which not one record was taken, before a lane gives up: about two minutes. */
const fruitlessCallsMax = 30;

/**
 * One queue of records, sent one call at a time: records of one partition key share a lane and so keep their order. A
 * refused record (its shard is throttled) goes out again before anything behind it; only within the call that
 * refused it can a later record of its key have overtaken it, which Kinesis does not let a producer prevent.
 */
export class Lane {
  readonly #put: PutRecords;
  readonly #events: LaneEvents;
  #queue: OutgoingRecord[] = [];
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #room: (() => void) | undefined;
  #stopped = false;

  constructor(put: PutRecords, events: LaneEvents) {
    this.#put = put;
    this.#events = events;
  }

  add(record: OutgoingRecord): void {
    if (!this.#stopped) this.#queue.push(record);
  }

  /** Sends what waits, if the lane is idle. Its records go out with fuller calls the longer a call takes. */
  kick(): void {
    if (this.#running !== undefined || this.#queue.length === 0 || this.#failure !== undefined) return;
    this.#running = this.#run()
      .catch((error: unknown) => {
        this.#failure = { error };
      })
      .finally(() => {
        this.#running = undefined;
        this.#room?.();
        // Records that were added while the last call came to its end.
        this.kick();
      });
  }

  /** Sends nothing more: what waits is dropped, a call that is under way ends as it ends. */
  stop(): void {
    this.#stopped = true;
    this.#queue = [];
    this.#room?.();
  }

  /** Resolves when the queue is short enough to take more. Throws what made the lane give up. */
  async room(): Promise<void> {
    while (this.#failure === undefined && this.#queue.length > 2 * recordsPerCallMax) {
      this.kick();
      await new Promise<void>((resolve) => {
        this.#room = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Resolves when everything is sent. Throws what made the lane give up. */
  async drain(): Promise<void> {
    while (this.#failure === undefined && (this.#running !== undefined || this.#queue.length > 0)) {
      this.kick();
      await this.#running;
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#send(takeCall(this.#queue));
      this.#room?.();
    }
  }

  async #send(records: readonly OutgoingRecord[]): Promise<void> {
    let waiting = records;
    let waitMs = waitMsMin;
    for (let fruitless = 0; fruitless < fruitlessCallsMax; fruitless++) {
      const { refused, reason } = await this.#put(waiting);
      this.#events.sent(waiting.length - refused.length, bytesOf(waiting) - bytesOf(refused));
      if (refused.length === 0 || this.#stopped) return;
      this.#events.refused(refused.length);
      if (refused.length < waiting.length) {
        fruitless = 0;
        waitMs = waitMsMin;
      }
      waiting = refused;
      if (fruitless === fruitlessCallsMax - 1)
        throw new Error(`Kinesis keeps refusing records: ${reason ?? 'no reason given'}`);
      // Half fixed, half random: lanes that were throttled together do not come back together.
      await new Promise((resolve) => setTimeout(resolve, waitMs / 2 + (Math.random() * waitMs) / 2));
      waitMs = Math.min(waitMsMax, waitMs * 2);
    }
  }
}

/** Takes the first records of a queue, as many as one call may hold. */
export function takeCall<Queued extends OutgoingRecord>(queue: Queued[]): Queued[] {
  let bytes = 0;
  let count = 0;
  for (const record of queue) {
    bytes += recordBytes(record);
    if (count === recordsPerCallMax || (bytes > bytesPerCallMax && count > 0)) break;
    count += 1;
  }
  return queue.splice(0, count);
}

function bytesOf(records: readonly OutgoingRecord[]): number {
  return records.reduce((sum, record) => sum + record.data.length, 0);
}
