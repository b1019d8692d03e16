import type { LedgerCounts } from '../control/ledger.ts';
import type { SeriesKey } from '../count/partials.ts';
import type { Measured } from '../series/figures.ts';
import { mergeMeasured } from '../series/figures.ts';
import type { Fence } from '../series/sequence.ts';

/** A run of one shard's records: a sum over them cannot be split at a fence that stands inside. */
export interface Run {
  /** Sequence numbers of the first and the last record that the part holds something of. */
  readonly first: Fence;
  readonly last: Fence;
}

/** What is known of the readings of a run that belong to one (name, window). */
export interface WindowContent extends Run {
  /** Readings, at least one. */
  readonly records: number;
  readonly measures: Measured;
}

/** What a run adds to one (name, window). */
export interface WindowPart extends WindowContent {
  readonly key: SeriesKey;
}

/** What a run adds to the ledger of one arrival day: every event of the run's records that arrived on it. */
export interface LedgerPart extends Run {
  /** `2026-11-02` */
  readonly day: string;
  readonly counts: LedgerCounts;
}

/** Content of runs that follow each other; throws a RangeError where they do not. */
export function mergeContents(earlier: WindowContent, later: WindowContent): WindowContent {
  if (earlier.last >= later.first) {
    throw new RangeError(`records from ${later.first} on do not come after ${earlier.last}`);
  }
  return {
    first: earlier.first,
    last: later.last,
    records: earlier.records + later.records,
    measures: mergeMeasured(earlier.measures, later.measures),
  };
}

/** A part whose item holds the beginning of it already: its fence stands inside, at `after`. */
export interface Straddle<Part extends Run> {
  readonly part: Part;
  readonly after: Fence;
}
