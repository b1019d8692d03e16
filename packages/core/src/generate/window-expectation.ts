import { otherSeries } from '../series/partial.ts';
import { ExactTotal } from './exact-total.ts';
import type { ExpectedOutcome } from './outcome.ts';

/** The figures of one measure over one window. */
export interface FiguresRow {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** One name in one window. */
export interface WindowRow {
  readonly name: string;
  /** Start of the window, milliseconds since the epoch. */
  readonly startMs: number;
  /** Readings. */
  readonly records: number;
  /** By the names of measures. */
  readonly measures: ReadonlyMap<string, FiguresRow>;
}

/**
 * What the rows of windows must be, added up from what was sent and when it arrived. It shares no code with windows: plain maps,
 * a remainder, and sums in whole numbers of any size, which do not round before they are asked for.
 */
export class WindowExpectation {
  readonly #spanMs: number;
  readonly #names = new Map<string, Map<number, Readings>>();
  #sent = 0;
  #quarantined = 0;

  constructor(seconds: number) {
    this.#spanMs = seconds * 1000;
  }

  /** Records sent. */
  get sent(): number {
    return this.#sent;
  }

  /** Readings that must be counted. */
  get counted(): number {
    return this.#sent - this.#quarantined;
  }

  /** Records that must be in the quarantine. */
  get quarantined(): number {
    return this.#quarantined;
  }

  add(outcome: ExpectedOutcome, arrivalMs: number): void {
    this.#sent += 1;
    if (outcome.kind === 'quarantined') {
      this.#quarantined += 1;
      return;
    }
    const startMs = arrivalMs - (((arrivalMs % this.#spanMs) + this.#spanMs) % this.#spanMs);
    let windows = this.#names.get(outcome.name);
    if (windows === undefined) {
      windows = new Map();
      this.#names.set(outcome.name, windows);
    }
    let readings = windows.get(startMs);
    if (readings === undefined) {
      readings = new Readings();
      windows.set(startMs, readings);
    }
    readings.add(outcome.measures ?? {});
  }

  /** Every name that must have been counted. */
  names(): string[] {
    return [...this.#names.keys()];
  }

  /**
   * The rows, with the names for which `isSeries` says no added up under `$other`, as the cap on series asks. Without it every
   * name is a series of its own.
   */
  rows(isSeries: (name: string) => boolean = () => true): WindowRow[] {
    const rows: WindowRow[] = [];
    const other = new Map<number, Readings>();
    for (const [name, windows] of this.#names) {
      for (const [startMs, readings] of windows) {
        if (isSeries(name)) {
          rows.push(readings.row(name, startMs));
          continue;
        }
        const merged = other.get(startMs) ?? new Readings();
        merged.merge(readings);
        other.set(startMs, merged);
      }
    }
    for (const [startMs, readings] of other) rows.push(readings.row(otherSeries, startMs));
    return rows;
  }
}

interface Figures {
  count: number;
  minimum: number;
  maximum: number;
  readonly total: ExactTotal;
}

/** The readings of one name in one window. */
class Readings {
  #records = 0;
  readonly #figures = new Map<string, Figures>();

  add(measures: Readonly<Record<string, number>>): void {
    this.#records += 1;
    for (const [measure, value] of Object.entries(measures)) {
      const figures = this.#of(measure);
      figures.count += 1;
      figures.total.add(value);
      if (value < figures.minimum) figures.minimum = value;
      if (value > figures.maximum) figures.maximum = value;
    }
  }

  merge(other: Readings): void {
    this.#records += other.#records;
    for (const [measure, more] of other.#figures) {
      const figures = this.#of(measure);
      figures.count += more.count;
      figures.total.merge(more.total);
      figures.minimum = Math.min(figures.minimum, more.minimum);
      figures.maximum = Math.max(figures.maximum, more.maximum);
    }
  }

  row(name: string, startMs: number): WindowRow {
    const measures = new Map<string, FiguresRow>();
    for (const [measure, { count, total, minimum, maximum }] of this.#figures) {
      measures.set(measure, { count, sum: total.rounded(), minimum, maximum });
    }
    return { name, startMs, records: this.#records, measures };
  }

  #of(measure: string): Figures {
    let figures = this.#figures.get(measure);
    if (figures === undefined) {
      figures = {
        count: 0,
        minimum: Number.POSITIVE_INFINITY,
        maximum: Number.NEGATIVE_INFINITY,
        total: new ExactTotal(),
      };
      this.#figures.set(measure, figures);
    }
    return figures;
  }
}
