import type { Recount, StreamConsumer } from '../control/keys.ts';
import { controlItems } from '../control/keys.ts';
import type { LedgerCounts } from '../control/ledger.ts';
import { dayNumber, formatDay } from '../series/day.ts';
import type { Fence } from '../series/sequence.ts';
import type { FencedUpdate, FencedWrite } from './fence.ts';
import { fenceOf, firstRecordAfter } from './fence.ts';
import { outcomes } from './outcomes.ts';
import type { ReadBatch } from './read.ts';

/** Key of an item of the Control table. */
export interface ControlKey {
  readonly Source: string;
  readonly Item: string;
}

/** What a batch adds to the ledger of one arrival day: `add` is `LedgerCounts`. Written after every partial and quarantine object. */
export interface LedgerTally extends FencedWrite<ControlKey> {
  /** How many of the batch's events the ledger held already, when its fence stood at `oldFence`. Where nothing remains, added without condition. */
  redeliveredUpTo(oldFence: Fence): number;
}

/**
 * One tally for each arrival day in the batch: arrivals may go backwards, so that days may interleave. `outcome`: for each event, one of
 * `outcomes`. `keeper`: whose ledger.
 */
export function ledgerTallies(read: ReadBatch, outcome: Uint8Array, keeper: StreamConsumer | Recount): LedgerTally[] {
  const dayOf = Int32Array.from(read.records, (record) => dayNumber(record.arrivalMs));
  const days = new Set<number>();
  for (let place = 0; place < dayOf.length; place += 1) {
    if (place === 0 || dayOf[place] !== dayOf[place - 1]) {
      days.add(dayOf[place] as number);
    }
  }
  return [...days].map((day) => new DayTally(read, outcome, dayOf, day, keeper));
}

class DayTally implements LedgerTally {
  readonly key: ControlKey;
  readonly first: FencedUpdate;
  readonly #read: ReadBatch;
  readonly #outcome: Uint8Array;
  /** The arrival day of each record. */
  readonly #dayOf: Int32Array;
  readonly #day: number;

  constructor(read: ReadBatch, outcome: Uint8Array, dayOf: Int32Array, day: number, keeper: StreamConsumer | Recount) {
    this.#read = read;
    this.#outcome = outcome;
    this.#dayOf = dayOf;
    this.#day = day;
    this.key = { Source: read.source.name, Item: controlItems.ledger(keeper, formatDay(day), read.shardId) };
    this.first = this.#updateFrom(0) as FencedUpdate;
  }

  remainingAfter(oldFence: Fence): FencedUpdate | undefined {
    const update = this.#updateFrom(firstRecordAfter(this.#read.records, oldFence));
    return update && { ...update, add: { ...update.add, Redelivered: this.redeliveredUpTo(oldFence) } };
  }

  redeliveredUpTo(oldFence: Fence): number {
    const from = firstRecordAfter(this.#read.records, oldFence);
    return this.#countsFrom(0).Received - this.#countsFrom(from).Received;
  }

  /** The update for the day's records at or past a place; undefined when there are none. */
  #updateFrom(from: number): FencedUpdate | undefined {
    const firstRecord = this.#dayOf.indexOf(this.#day, from);
    if (firstRecord === -1) {
      return undefined;
    }
    const { records } = this.#read;
    return {
      add: { ...this.#countsFrom(from) },
      set: {},
      lastSequence: fenceOf(records, this.#dayOf.lastIndexOf(this.#day)),
      below: fenceOf(records, firstRecord),
    };
  }

  #countsFrom(from: number): LedgerCounts {
    const byOutcome = new Float64Array(Object.keys(outcomes).length);
    const outcome = this.#outcome;
    const { record } = this.#read.events;
    const isOfDay = (place: number): boolean => place >= from && this.#dayOf[place] === this.#day;
    for (let event = 0; event < outcome.length; event += 1) {
      if (isOfDay(record[event] as number)) {
        (byOutcome[outcome[event] as number] as number) += 1;
      }
    }
    return countsOf(byOutcome, this.#read.malformed.filter((event) => isOfDay(event.record)).length);
  }
}

/** `byOutcome`: how many events met each of `outcomes`, beside `malformed` others. */
export function countsOf(byOutcome: ArrayLike<number>, malformed: number): LedgerCounts {
  const OverCap = byOutcome[outcomes.overCap] as number;
  const TooOld = byOutcome[outcomes.tooOld] as number;
  const TooNew = byOutcome[outcomes.tooNew] as number;
  const Counted = (byOutcome[outcomes.counted] as number) + OverCap;
  const Quarantined = malformed + TooOld + TooNew;
  const Received = Counted + Quarantined;
  return { Received, Counted, Quarantined, Malformed: malformed, TooOld, TooNew, OverCap, Redelivered: 0 };
}
