import type { Fence } from '../series/sequence.ts';

/** What became of the events of one shard that arrived on one day. */
export interface LedgerCounts {
  /** Received = Counted + Quarantined. The events of an aggregate count one by one; a record that cannot be read counts one. */
  readonly Received: number;
  readonly Counted: number;
  /** Quarantined = Malformed + TooOld + TooNew. */
  readonly Quarantined: number;
  readonly Malformed: number;
  readonly TooOld: number;
  readonly TooNew: number;
  /** The part of Counted that is under `$other`. */
  readonly OverCap: number;
  /** Events that came again after they had been tallied: advice only, itself counted at least once. */
  readonly Redelivered: number;
}

/** Item `LEDGER#<consumer>#<day>#<shardId>` of the Control table, without its keys. */
export interface LedgerItem extends LedgerCounts {
  readonly LastSequence: Fence;
}

export const emptyLedger: LedgerCounts = {
  Received: 0,
  Counted: 0,
  Quarantined: 0,
  Malformed: 0,
  TooOld: 0,
  TooNew: 0,
  OverCap: 0,
  Redelivered: 0,
};

export function addLedgers(one: LedgerCounts, other: LedgerCounts): LedgerCounts {
  return {
    Received: one.Received + other.Received,
    Counted: one.Counted + other.Counted,
    Quarantined: one.Quarantined + other.Quarantined,
    Malformed: one.Malformed + other.Malformed,
    TooOld: one.TooOld + other.TooOld,
    TooNew: one.TooNew + other.TooNew,
    OverCap: one.OverCap + other.OverCap,
    Redelivered: one.Redelivered + other.Redelivered,
  };
}
