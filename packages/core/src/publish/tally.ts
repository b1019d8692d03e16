/** What became of the changes of one call. Advice for operators: a crash may tally a call twice or not at all. */
export interface PublishTally {
  /** Events put into the metric. */
  readonly Published: number;
  /** Events in buckets older than CloudWatch takes. */
  readonly TooOld: number;
  /** Events in buckets further ahead than CloudWatch takes. */
  readonly TooNew: number;
  /** Deleted items. */
  readonly Removed: number;
  /** Changes written by a recount. */
  readonly Recounted: number;
  /** Items that Tidemark did not write. */
  readonly Foreign: number;
}

export const emptyTally: PublishTally = { Published: 0, TooOld: 0, TooNew: 0, Removed: 0, Recounted: 0, Foreign: 0 };

export function addTallies(one: PublishTally, other: PublishTally): PublishTally {
  return {
    Published: one.Published + other.Published,
    TooOld: one.TooOld + other.TooOld,
    TooNew: one.TooNew + other.TooNew,
    Removed: one.Removed + other.Removed,
    Recounted: one.Recounted + other.Recounted,
    Foreign: one.Foreign + other.Foreign,
  };
}
