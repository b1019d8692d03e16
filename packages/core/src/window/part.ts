import type { LedgerCounts } from '../control/ledger.ts';
import type { SeriesKey } from '../count/partials.ts';
import type { Measured } from '../series/figures.ts';
import type { Fence } from '../series/sequence.ts';

/** A run of one shard's records: a sum over them cannot be split at a fence that stands inside. */
export interface Run {
  /** Sequence numbers of the first and the last record that the part holds something of. */
  readonly first: Fence;
  readonly last: Fence;
}

/** What a run adds to one (name, window). */
export interface WindowPart extends Run {
  readonly key: SeriesKey;
  /** Readings, at least one. */
  readonly records: number;
  readonly measures: Measured;
}

/** What a run adds to the ledger of one arrival day: every event of the run's records that arrived on it. */
export interface LedgerPart extends Run {
  /** `2026-11-02` */
  readonly day: string;
  readonly counts: LedgerCounts;
}
