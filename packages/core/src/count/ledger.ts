import { controlItems } from '../control/keys.ts';
import type { LedgerCounts } from '../control/ledger.ts';
import { dayNumber, formatDay } from '../series/day.ts';
import type { Fence } from '../series/sequence.ts';
import type { FencedUpdate, FencedWrite } from './fence.ts';
import { fenceOf, firstRecordAfter } from './fence.ts';
import type { ReadBatch } from './read.ts';
import type { StreamRecord } from './record.ts';
import type { BatchTally } from './tally.ts';
import { outcomes } from './tally.ts';

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

/** One tally for each arrival day in the batch: arrivals may go backwards, so that days may interleave. */
export function ledgerTallies(read: ReadBatch, tally: BatchTally): LedgerTally[] {
  return daysOf(read).map((day) => new DayTally(read, tally, day));
}

function daysOf(read: ReadBatch): number[] {
  const days = new Set<number>();
  for (const record of read.records) {
    days.add(dayNumber(record.arrivalMs));
  }
  return [...days];
}

type Counts = { -readonly [Column in keyof LedgerCounts]: number };

class DayTally implements LedgerTally {
  readonly key: ControlKey;
  readonly first: FencedUpdate;
  readonly #read: ReadBatch;
  readonly #tally: BatchTally;
  readonly #day: number;

  constructor(read: ReadBatch, tally: BatchTally, day: number) {
    this.#read = read;
    this.#tally = tally;
    this.#day = day;
    this.key = { Source: read.source.name, Item: controlItems.ledger(formatDay(day), read.shardId) };
    this.first = this.#updateFrom(0) as FencedUpdate;
  }

  remainingAfter(oldFence: Fence): FencedUpdate | undefined {
    const update = this.#updateFrom(firstRecordAfter(this.#read.records, oldFence));
    return update && { ...update, add: { ...update.add, Redelivered: this.redeliveredUpTo(oldFence) } };
  }

  redeliveredUpTo(oldFence: Fence): number {
    const from = firstRecordAfter(this.#read.records, oldFence);
    return (
      countsFrom(this.#read, this.#tally, this.#day, 0).Received -
      countsFrom(this.#read, this.#tally, this.#day, from).Received
    );
  }

  /** The update for the day's records at or past a place; undefined when there are none. */
  #updateFrom(from: number): FencedUpdate | undefined {
    const { records } = this.#read;
    const isOfDay = (record: StreamRecord, place: number): boolean =>
      place >= from && dayNumber(record.arrivalMs) === this.#day;
    const firstRecord = records.findIndex(isOfDay);
    if (firstRecord === -1) {
      return undefined;
    }
    return {
      add: { ...countsFrom(this.#read, this.#tally, this.#day, from) },
      set: {},
      lastSequence: fenceOf(records, records.findLastIndex(isOfDay)),
      below: fenceOf(records, firstRecord),
    };
  }
}

function countsFrom(read: ReadBatch, tally: BatchTally, day: number, from: number): LedgerCounts {
  const counts: Counts = {
    Received: 0,
    Counted: 0,
    Quarantined: 0,
    Malformed: 0,
    TooOld: 0,
    TooNew: 0,
    OverCap: 0,
    Redelivered: 0,
  };
  const isOfDay = read.records.map((record, place) => place >= from && dayNumber(record.arrivalMs) === day);
  const byOutcome = [0, 0, 0, 0];
  const { record } = read.events;
  for (let event = 0; event < record.length; event += 1) {
    if (isOfDay[record[event] as number]) {
      (byOutcome[tally.outcome[event] as number] as number) += 1;
    }
  }
  counts.OverCap = byOutcome[outcomes.overCap] as number;
  counts.TooOld = byOutcome[outcomes.tooOld] as number;
  counts.TooNew = byOutcome[outcomes.tooNew] as number;
  counts.Malformed = read.malformed.filter((event) => isOfDay[event.record]).length;
  counts.Counted = (byOutcome[outcomes.counted] as number) + counts.OverCap;
  counts.Quarantined = counts.Malformed + counts.TooOld + counts.TooNew;
  counts.Received = counts.Counted + counts.Quarantined;
  return counts;
}
