/** What became of the changes of one call. Advice for operators: a crash may tally a call twice or not at all. */
export interface PublishTally {
  /** Events put into the metric `EventCount`. */
  readonly Published: number;
  /** Readings of windows put into the metrics of their measures. */
  readonly Readings: number;
  /** Events in buckets, and readings in windows, older than CloudWatch takes. */
  readonly TooOld: number;
  /** The same, further ahead than CloudWatch takes. */
  readonly TooNew: number;
  /** The same, below the prune floor: restored, or counted anew from a stream that was read again from its beginning. */
  readonly Pruned: number;
  /** Deleted items. */
  readonly Removed: number;
  /** Changes written by a recount. */
  readonly Recounted: number;
  /** Items that Tidemark did not write. */
  readonly Foreign: number;
}

export const emptyTally: PublishTally = {
  Published: 0,
  Readings: 0,
  TooOld: 0,
  TooNew: 0,
  Pruned: 0,
  Removed: 0,
  Recounted: 0,
  Foreign: 0,
};

export function addTallies(one: PublishTally, other: PublishTally): PublishTally {
  return {
    Published: one.Published + other.Published,
    Readings: one.Readings + other.Readings,
    TooOld: one.TooOld + other.TooOld,
    TooNew: one.TooNew + other.TooNew,
    Pruned: one.Pruned + other.Pruned,
    Removed: one.Removed + other.Removed,
    Recounted: one.Recounted + other.Recounted,
    Foreign: one.Foreign + other.Foreign,
  };
}
