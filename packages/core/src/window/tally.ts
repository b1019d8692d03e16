import type { LedgerCounts } from '../control/ledger.ts';
import type { RecordMark } from '../count/checkpoint.ts';
import { firstRecordAfter } from '../count/fence.ts';
import type { Decisions } from '../count/outcomes.ts';
import { outcomesOf } from '../count/outcomes.ts';
import type { PartialIdentity } from '../count/partials.ts';
import type { QuarantinedRecord } from '../count/quarantine.ts';
import { quarantinedRecords } from '../count/quarantine.ts';
import type { ReadBatch } from '../count/read.ts';
import { windowStateBytesMax } from '../limits.ts';
import { dayNumber, formatDay } from '../series/day.ts';
import type { Fence } from '../series/sequence.ts';
import { windowStart } from '../series/window.ts';
import { GrowingDay } from './growing-day.ts';
import { LeavingParts } from './leaving-parts.ts';
import type { WindowPartial } from './merge.ts';
import { OpenParts } from './open-parts.ts';
import type { LedgerPart } from './part.ts';
import type { Reading, RecordListener } from './readings.ts';
import { tellRecords } from './readings.ts';
import type { WindowState } from './state.ts';
import { dayBytesMax, stateBaseBytesMax } from './state-bytes.ts';

/** A state that is too large lets go of its youngest parts until so much of what it may have is left. */
const keptOfBytesMax = 7 / 8;

/** Whose windows are added up, and how. */
export interface TallySettings extends PartialIdentity {
  readonly shardId: string;
  /** Length of the windows of records to come. */
  readonly seconds: number;
  /** Bytes of JSON that the state may have: `windowStateBytesMax`, unless a test says otherwise. */
  readonly stateBytesMax?: number;
}

/**
 * Adds up a shard's readings by name and window, on top of what the state of the invocation before it holds. After each record a state that has
 * grown too large lets go of the parts that entered it last: names that come round and round leave others in peace, and which
 * parts leave where follows from the records alone, whatever the bounds of the batches.
 */
export class WindowTally implements RecordListener {
  readonly #seconds: number;
  readonly #stateBytesMax: number;
  readonly #parts: OpenParts;
  readonly #days: Map<string, GrowingDay>;
  readonly #leaving: LeavingParts;
  readonly #quarantined: QuarantinedRecord[] = [];
  #first: RecordMark | undefined;
  #last: RecordMark | undefined;
  #received: number;
  /** The record that is being told of. */
  #fence: Fence = '';
  #arrivalMs = 0;
  #startMs = 0;
  #lastDay = { number: Number.NaN, day: '' };

  constructor(settings: TallySettings, state?: WindowState) {
    this.#seconds = settings.seconds;
    this.#stateBytesMax = settings.stateBytesMax ?? windowStateBytesMax;
    this.#leaving = new LeavingParts(settings.shardId, settings);
    this.#parts = new OpenParts(state?.parts ?? []);
    this.#days = new Map(state?.days.map((part) => [part.day, new GrowingDay(part)]));
    this.#first = state?.first;
    this.#last = state?.last;
    this.#received = state?.received ?? 0;
  }

  /** Adds a batch that follows what the state holds. Records that it holds already, should Lambda ever hand them over with it, are passed over. */
  add(read: ReadBatch, decisions: Decisions): void {
    const outcome = outcomesOf(read, decisions);
    const from = this.#last === undefined ? 0 : firstRecordAfter(read.records, this.#last.sequence);
    tellRecords(read, outcome, from, this);
    this.#quarantined.push(...quarantinedRecords(read, outcome, decisions));
  }

  begin(fence: Fence, arrivalMs: number): void {
    this.#fence = fence;
    this.#arrivalMs = arrivalMs;
    this.#startMs = windowStart(arrivalMs, this.#seconds);
  }

  reading(reading: Reading): void {
    this.#parts.add(this.#seconds, this.#startMs, this.#fence, reading);
  }

  end(counts: LedgerCounts): void {
    const day = this.#day();
    const known = this.#days.get(day);
    if (known) known.add(this.#fence, counts);
    else this.#days.set(day, new GrowingDay({ day, first: this.#fence, last: this.#fence, counts }));
    this.#last = { sequence: this.#fence, arrivalMs: this.#arrivalMs };
    this.#first ??= this.#last;
    this.#received += counts.Received;
    if (this.bytesMax > this.#stateBytesMax) this.#letGoDownTo(this.#stateBytesMax * keptOfBytesMax);
  }

  /** Upper bound of the bytes of the state's JSON: a function of what it holds. */
  get bytesMax(): number {
    return stateBaseBytesMax + this.#days.size * dayBytesMax + this.#parts.bytesMax;
  }

  /** Undefined where nothing was ever handled. */
  state(): WindowState | undefined {
    if (this.#first === undefined || this.#last === undefined) return undefined;
    const [first, last] = [this.#first, this.#last];
    return { parts: this.#parts.held(), days: this.days(), first, last, received: this.#received };
  }

  /** Lets go of every part, the youngest first. */
  letGo(): void {
    this.#letGoDownTo(0);
  }

  /** What was let go, row by row. */
  leaving(): WindowPartial[] {
    return this.#leaving.partials();
  }

  days(): LedgerPart[] {
    return Array.from(this.#days.values(), (day) => day.part());
  }

  /** The records that were set aside, whole: no state carries them. */
  get quarantined(): readonly QuarantinedRecord[] {
    return this.#quarantined;
  }

  /** The arrival day of the record: mostly that of the record before it, and then not written out again. */
  #day(): string {
    const number = dayNumber(this.#arrivalMs);
    if (number !== this.#lastDay.number) this.#lastDay = { number, day: formatDay(number) };
    return this.#lastDay.day;
  }

  #letGoDownTo(bytesMax: number): void {
    while (this.bytesMax > bytesMax) {
      const youngest = this.#parts.letGo();
      if (youngest === undefined) return;
      this.#leaving.add(youngest);
    }
  }
}
