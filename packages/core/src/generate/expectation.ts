import type { BucketSize } from '../series/bucket.ts';
import { otherSeries } from '../series/partial.ts';
import type { ExpectedOutcome } from './outcome.ts';

/** One count of one (event, bucket size, bucket). */
export interface CountRow {
  readonly name: string;
  readonly size: BucketSize;
  /** Start of the bucket, milliseconds since the epoch. */
  readonly startMs: number;
  readonly count: number;
}

/** A count that is not what it must be. */
export interface Difference {
  readonly name: string;
  readonly size: BucketSize;
  readonly startMs: number;
  readonly expected: number;
  readonly found: number;
}

/** Bucket spans written out once more, so that a mistake in the counting code's own table cannot hide itself. */
const spanMs: Readonly<Record<BucketSize, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
};

/**
 * What the counts must be, added up from what was sent. It shares no code with counting: plain maps and a remainder.
 */
export class Expectation {
  readonly #sizes: readonly BucketSize[];
  /** Count of each size, name and start. */
  readonly #counts = new Map<BucketSize, Map<string, Map<number, number>>>();
  #sent = 0;
  #quarantined = 0;

  constructor(sizes: readonly BucketSize[]) {
    this.#sizes = sizes;
    for (const size of sizes) this.#counts.set(size, new Map());
  }

  /** Records sent. */
  get sent(): number {
    return this.#sent;
  }

  /** Records that must be counted. */
  get counted(): number {
    return this.#sent - this.#quarantined;
  }

  /** Records that must be in the quarantine. */
  get quarantined(): number {
    return this.#quarantined;
  }

  add(outcome: ExpectedOutcome): void {
    this.#sent += 1;
    if (outcome.kind === 'quarantined') {
      this.#quarantined += 1;
      return;
    }
    for (const size of this.#sizes) {
      const span = spanMs[size];
      const startMs = outcome.timeMs - (((outcome.timeMs % span) + span) % span);
      const names = this.#counts.get(size);
      let buckets = names?.get(outcome.name);
      if (buckets === undefined) {
        buckets = new Map();
        names?.set(outcome.name, buckets);
      }
      buckets.set(startMs, (buckets.get(startMs) ?? 0) + 1);
    }
  }

  /** Every name that must have been counted. */
  names(): string[] {
    const [first] = this.#counts.values();
    return [...(first?.keys() ?? [])];
  }

  /**
   * The counts, with the names for which `isSeries` says no added up under `$other`, as the cap on series asks.
   * Without it every name is a series of its own.
   */
  rows(isSeries: (name: string) => boolean = () => true): CountRow[] {
    const rows: CountRow[] = [];
    for (const [size, names] of this.#counts) {
      const other = new Map<number, number>();
      for (const [name, buckets] of names) {
        for (const [startMs, count] of buckets) {
          if (isSeries(name)) rows.push({ name, size, startMs, count });
          else other.set(startMs, (other.get(startMs) ?? 0) + count);
        }
      }
      for (const [startMs, count] of other) rows.push({ name: otherSeries, size, startMs, count });
    }
    return rows;
  }
}

/** Every (event, bucket size, bucket) whose count in `found` is not that of `expected`; a missing row counts zero. */
export function compareCounts(expected: Iterable<CountRow>, found: Iterable<CountRow>): Difference[] {
  const differences = new Map<string, Difference>();
  const merge = (row: CountRow, side: 'expected' | 'found'): void => {
    const key = JSON.stringify([row.name, row.size, row.startMs]);
    const { name, size, startMs } = row;
    const known = differences.get(key) ?? { name, size, startMs, expected: 0, found: 0 };
    differences.set(key, { ...known, [side]: known[side] + row.count });
  };
  for (const row of expected) merge(row, 'expected');
  for (const row of found) merge(row, 'found');
  return [...differences.values()].filter((each) => each.expected !== each.found);
}
