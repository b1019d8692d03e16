import type { Measure } from '../config.ts';
import type { LedgerCounts } from '../control/ledger.ts';
import { firstRecordAfter } from '../count/fence.ts';
import type { Decisions } from '../count/outcomes.ts';
import { outcomesOf } from '../count/outcomes.ts';
import type { PartialIdentity } from '../count/partials.ts';
import type { QuarantinedRecord } from '../count/quarantine.ts';
import { quarantinedRecords } from '../count/quarantine.ts';
import type { ReadBatch } from '../count/read.ts';
import { windowStateBytesMax } from '../limits.ts';
import { dayNumber, formatDay } from '../series/day.ts';
import { encodeBucket, sliceOfShard } from '../series/key.ts';
import type { Fence } from '../series/sequence.ts';
import { windowSize, windowStart } from '../series/window.ts';
import { GrowingDay, GrowingPart } from './growing.ts';
import type { WindowPartial } from './merge.ts';
import type { LedgerPart, WindowPart } from './part.ts';
import type { RecordListener } from './readings.ts';
import { tellRecords } from './readings.ts';
import type { WindowState } from './state.ts';
import { dayBytesMax, stateBaseBytesMax } from './state-bytes.ts';

/** A state that is too large lets go of its youngest parts until so much of it is left. */
const keptOfState = 7 / 8;

/** Whose windows are added up, and where they are written. */
export interface WindowTallySettings extends PartialIdentity {
  readonly shardId: string;
  /** Length of the windows of records to come. */
  readonly seconds: number;
  /** Bytes of JSON that the state may have; `windowStateBytesMax` unless told otherwise. */
  readonly stateBytesMax?: number;
}

/**
 * Adds up a shard's readings by name and window, on top of what the state of the invocation before it holds. After each record a state that has
 * grown too large lets go of the parts that entered it last: names that come round and round leave others in peace, and which
 * parts leave where follows from the records alone, whatever the bounds of the batches.
 */
export class WindowTally implements RecordListener {
  readonly #settings: WindowTallySettings;
  readonly #bytesMax: number;
  readonly #slice: string;
  /** In the order in which they entered. */
  readonly #parts: GrowingPart[] = [];
  /** The same by start and name, for each window length. */
  readonly #windows = new Map<string, Map<string, GrowingPart>>();
  readonly #days = new Map<string, GrowingDay>();
  readonly #leaving = new Map<string, { readonly partial: WindowPartial; readonly parts: WindowPart[] }>();
  readonly #quarantined: QuarantinedRecord[] = [];
  #last: WindowState['last'] | undefined;
  #received = 0;
  #bytes = stateBaseBytesMax;
  #fence: Fence = '';
  #arrivalMs = 0;
  /** The window of the record that is being told of. */
  #window = new Map<string, GrowingPart>();

  constructor(settings: WindowTallySettings, state?: WindowState) {
    this.#settings = settings;
    this.#bytesMax = settings.stateBytesMax ?? windowStateBytesMax;
    this.#slice = sliceOfShard(settings.shardId);
    if (state === undefined) return;
    for (const held of state.parts) {
      const { seconds, startMs, name, last } = held;
      this.#enter(this.#windowAt(seconds, startMs), new GrowingPart(seconds, startMs, name, last, held));
    }
    for (const part of state.days) this.#enterDay(part);
    this.#last = state.last;
    this.#received = state.received;
  }

  /** Adds a batch that follows what the state holds. Records that it holds already, if Lambda should ever hand over any, are passed over. */
  add(read: ReadBatch, decisions: Decisions): void {
    const from = this.#last === undefined ? 0 : firstRecordAfter(read.records, this.#last.sequence);
    const outcome = outcomesOf(read, decisions);
    tellRecords(read, outcome, from, this);
    this.#quarantined.push(...quarantinedRecords(read, outcome, decisions));
  }

  begin(fence: Fence, arrivalMs: number): void {
    const { seconds } = this.#settings;
    this.#fence = fence;
    this.#arrivalMs = arrivalMs;
    this.#window = this.#windowAt(seconds, windowStart(arrivalMs, seconds));
  }

  reading(name: string, measures: readonly Measure[], measured: readonly number[], from: number): void {
    let part = this.#window.get(name);
    if (part === undefined) {
      const { seconds } = this.#settings;
      part = new GrowingPart(seconds, windowStart(this.#arrivalMs, seconds), name, this.#fence);
      this.#enter(this.#window, part);
    }
    const before = part.bytesMax;
    part.add(this.#fence, measures, measured, from);
    this.#bytes += part.bytesMax - before;
  }

  end(counts: LedgerCounts): void {
    const day = formatDay(dayNumber(this.#arrivalMs));
    const known = this.#days.get(day);
    if (known) known.add(this.#fence, counts);
    else this.#enterDay({ day, first: this.#fence, last: this.#fence, counts });
    this.#last = { sequence: this.#fence, arrivalMs: this.#arrivalMs };
    this.#received += counts.Received;
    if (this.#bytes > this.#bytesMax) this.#letGo();
  }

  /** Upper bound of the bytes of the state's JSON: a function of what it holds. */
  get bytesMax(): number {
    return this.#bytes;
  }

  /** What was let go, by key; of each key in order. */
  leaving(): WindowPartial[] {
    return [...this.#leaving.values()].map(({ partial }) => partial);
  }

  get quarantined(): readonly QuarantinedRecord[] {
    return this.#quarantined;
  }

  /** Undefined where nothing was ever handled. */
  state(): WindowState | undefined {
    if (this.#last === undefined) return undefined;
    return {
      parts: this.#parts.map((part) => part.held()),
      days: this.days(),
      last: this.#last,
      received: this.#received,
    };
  }

  days(): LedgerPart[] {
    return [...this.#days.values()].map((day) => day.part());
  }

  /** Lets go of everything. */
  leave(): void {
    for (const part of this.#parts.splice(0)) this.#leave(part);
  }

  #letGo(): void {
    while (this.#bytes > this.#bytesMax * keptOfState) {
      const youngest = this.#parts.pop();
      if (youngest === undefined) return;
      this.#leave(youngest);
    }
  }

  #leave(part: GrowingPart): void {
    const { seconds, startMs, name } = part;
    this.#windowAt(seconds, startMs).delete(name);
    this.#bytes -= part.bytesMax;
    const { generation, writer } = this.#settings;
    const bucket = encodeBucket({ size: windowSize(seconds), generation, startMs, slice: this.#slice });
    const key = { EventName: name, Bucket: bucket };
    const id = `${bucket} ${name}`;
    let leaving = this.#leaving.get(id);
    if (leaving === undefined) {
      const parts: WindowPart[] = [];
      leaving = { partial: { key, writer, parts }, parts };
      this.#leaving.set(id, leaving);
    }
    leaving.parts.push({ key, ...part.content() });
  }

  #windowAt(seconds: number, startMs: number): Map<string, GrowingPart> {
    const id = `${seconds} ${startMs}`;
    let window = this.#windows.get(id);
    if (window === undefined) {
      window = new Map();
      this.#windows.set(id, window);
    }
    return window;
  }

  #enter(window: Map<string, GrowingPart>, part: GrowingPart): void {
    window.set(part.name, part);
    this.#parts.push(part);
    this.#bytes += part.bytesMax;
  }

  #enterDay(part: LedgerPart): void {
    this.#days.set(part.day, new GrowingDay(part));
    this.#bytes += dayBytesMax;
  }
}
