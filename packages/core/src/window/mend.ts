import type { LedgerCounts } from '../control/ledger.ts';
import type { Decisions } from '../count/outcomes.ts';
import { outcomesOf } from '../count/outcomes.ts';
import type { ReadBatch } from '../count/read.ts';
import { dayNumber, formatDay } from '../series/day.ts';
import { decodeBucket } from '../series/key.ts';
import type { Fence } from '../series/sequence.ts';
import { decodeSequence } from '../series/sequence.ts';
import { isWindowSize, windowSeconds, windowStart } from '../series/window.ts';
import { GrowingDay } from './growing-day.ts';
import { GrowingPart } from './growing-part.ts';
import type { LedgerPart, Run, Straddle, WindowPart } from './part.ts';
import type { Reading, RecordListener } from './readings.ts';
import { tellRecords } from './readings.ts';

/**
 * Splits sums where the fences of their items stand. A sum does not say what its last records added to it, so those are read again from
 * the shard and added up anew, for the straddling parts alone. One reading serves them all, names and days of the ledger alike:
 *
 *     read the shard AT `from`, page by page, and `take` each page, until `isDone` or the shard has no more;
 *     where `proof` names a record, look for it once more: when it has left the stream meanwhile, the invocation must fail;
 *     then ask `windowRest` and `ledgerRest` for each straddle.
 *
 * A rest is undefined where the part is past mending: the record of its fence was not among those read, so that nobody knows what has left
 * the stream after it; or the part's last record was not read, or is read otherwise today.
 */
export class Mend implements RecordListener {
  /** Decimal: where to begin, with this very record. */
  readonly from: string;
  readonly #to: Fence;
  readonly #windows = new Map<Straddle<WindowPart>, WindowMend>();
  readonly #byName = new Map<string, WindowMend[]>();
  readonly #ledgers = new Map<Straddle<LedgerPart>, LedgerMend>();
  /** Fences whose records were read. */
  readonly #seen = new Set<Fence>();
  readonly #fences: ReadonlySet<Fence>;
  #pages = 0;
  #fence: Fence = '';
  #arrivalMs = 0;

  /** Throws a RangeError where nothing straddles. */
  constructor(windows: readonly Straddle<WindowPart>[], ledgers: readonly Straddle<LedgerPart>[]) {
    const straddles: readonly Straddle<Run>[] = [...windows, ...ledgers];
    this.#fences = new Set(straddles.map(({ after }) => after));
    const [from] = [...this.#fences].sort();
    const to = straddles
      .map(({ part }) => part.last)
      .sort()
      .at(-1);
    if (from === undefined || to === undefined) throw new RangeError('nothing to mend');
    this.from = decodeSequence(from);
    this.#to = to;
    for (const straddle of windows) {
      const mend = new WindowMend(straddle);
      this.#windows.set(straddle, mend);
      const { EventName } = straddle.part.key;
      this.#byName.set(EventName, [...(this.#byName.get(EventName) ?? []), mend]);
    }
    for (const straddle of ledgers) this.#ledgers.set(straddle, new LedgerMend(straddle));
  }

  /** Whether all that matters was read. */
  get isDone(): boolean {
    return this.#fence >= this.#to;
  }

  /**
   * Decimal: the first record of a fence that was read, where it took more than one page. Between two pages the trim horizon may pass what
   * lies there, and reading goes on behind it without a word; not so while this record is in the stream.
   */
  get proof(): string | undefined {
    const [first] = [...this.#seen].sort();
    return this.#pages < 2 || first === undefined ? undefined : decodeSequence(first);
  }

  /** Takes a page, which follows the one before it. Its names have been admitted. */
  take(read: ReadBatch, decisions: Decisions): void {
    this.#pages += 1;
    tellRecords(read, outcomesOf(read, decisions), 0, this);
  }

  /** What of the part lies past its fence; undefined where it is past mending. */
  windowRest(straddle: Straddle<WindowPart>): WindowPart | undefined {
    return this.#seen.has(straddle.after) ? this.#windows.get(straddle)?.rest() : undefined;
  }

  ledgerRest(straddle: Straddle<LedgerPart>): LedgerPart | undefined {
    return this.#seen.has(straddle.after) ? this.#ledgers.get(straddle)?.rest() : undefined;
  }

  begin(fence: Fence, arrivalMs: number): void {
    this.#fence = fence;
    this.#arrivalMs = arrivalMs;
    if (this.#fences.has(fence)) this.#seen.add(fence);
  }

  reading(reading: Reading): void {
    for (const mend of this.#byName.get(reading.name) ?? []) mend.add(this.#fence, this.#arrivalMs, reading);
  }

  end(counts: LedgerCounts): void {
    for (const mend of this.#ledgers.values()) mend.add(this.#fence, this.#arrivalMs, counts);
  }
}

class WindowMend {
  readonly #straddle: Straddle<WindowPart>;
  readonly #seconds: number;
  readonly #startMs: number;
  #growing: GrowingPart | undefined;

  constructor(straddle: Straddle<WindowPart>) {
    const { size, startMs } = decodeBucket(straddle.part.key.Bucket);
    if (!isWindowSize(size)) throw new RangeError(`${straddle.part.key.Bucket} is no window`);
    this.#straddle = straddle;
    this.#seconds = windowSeconds(size);
    this.#startMs = startMs;
  }

  add(fence: Fence, arrivalMs: number, reading: Reading): void {
    if (!isPast(fence, this.#straddle) || windowStart(arrivalMs, this.#seconds) !== this.#startMs) return;
    this.#growing ??= new GrowingPart(this.#seconds, this.#startMs, reading.name, fence);
    this.#growing.add(fence, reading);
  }

  rest(): WindowPart | undefined {
    const { key, last } = this.#straddle.part;
    const content = this.#growing?.content();
    return content?.last === last ? { key, ...content } : undefined;
  }
}

class LedgerMend {
  readonly #straddle: Straddle<LedgerPart>;
  #growing: GrowingDay | undefined;

  constructor(straddle: Straddle<LedgerPart>) {
    this.#straddle = straddle;
  }

  add(fence: Fence, arrivalMs: number, counts: LedgerCounts): void {
    const { day } = this.#straddle.part;
    if (!isPast(fence, this.#straddle) || formatDay(dayNumber(arrivalMs)) !== day) return;
    if (this.#growing) this.#growing.add(fence, counts);
    else this.#growing = new GrowingDay({ day, first: fence, last: fence, counts });
  }

  rest(): LedgerPart | undefined {
    const part = this.#growing?.part();
    return part?.last === this.#straddle.part.last ? part : undefined;
  }
}

function isPast(fence: Fence, { part, after }: Straddle<Run>): boolean {
  return fence > after && fence <= part.last;
}
