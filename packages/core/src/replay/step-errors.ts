/**
 * Names of the errors that no retry mends. They are the `Error` that a `Catch` sees; what else a step throws is a fault of a service, and is
 * tried again.
 */
export const stepErrors = [
  /** Another run has the lock: nothing was touched. Of `prepare` alone. */
  'LockHeld',
  'GenerationsUsedUp',
  /** The run to be undone did not switch, was undone already, or what it replaced no longer stands. Of `prepare` alone. */
  'CannotUndo',
  /** Everything that is asked for lies below the prune floor. Of `prepare` alone. */
  'BelowFloor',
  /** The call is not what this function takes: definition and function do not fit. */
  'BadCall',
  /** Somebody won the abort: only cleaning up is left. */
  'Aborted',
  'LockLost',
  /** The step belongs to another stage of the run. */
  'OutOfTurn',
  /** The recount did not move for 6 hours, though records wait. */
  'Stalled',
  /** Records left the stream before the recount had read them. */
  'Outrun',
  /** The recount did not pass what live counting had handled within 15 minutes of the hold. */
  'NotPassed',
  /** At equal positions the recount received fewer events than live counting did. */
  'RecountReceivedFewer',
  /** Between the archive's end and the stream's beginning records may be missing. */
  'TailGap',
] as const;
export type StepError = (typeof stepErrors)[number];
