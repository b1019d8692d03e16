import type { WindowEnd } from './tumbling-window.ts';

/** One delivery that is about to be made. */
export interface Attempt {
  readonly shardId: string;
  /** Empty where the call has no records. */
  readonly firstSequenceNumber: string;
  readonly lastSequenceNumber: string;
  /** None in a call that only ends a window. */
  readonly records: number;
  /** Of these records, so far. */
  readonly failures: number;
  /** Where the mapping has tumbling windows: the call's window, in engine time, and whether the call ends it. */
  readonly window?: { readonly startMs: number; readonly endMs: number; readonly end?: WindowEnd };
}

/**
 * What is to happen to a delivery beyond what a quiet stream does; everything here may happen on AWS. What makes no sense for a
 * delivery is passed over: bounds where it has no records, a window where it has none.
 */
export interface Disturbance {
  /** The same event goes to a second invocation at the same time, whose answer is not awaited for the next batch. */
  readonly duplicate?: boolean;
  /** So many records are delivered in place of those of the batch: fewer, or with records that follow, more. */
  readonly bounds?: number;
  /** The batch is delivered in two halves, as after a failure. */
  readonly bisect?: boolean;
  /** A success is forgotten: the same records come again, with the state before. */
  readonly forget?: boolean;
  /** The window's state is lost before the delivery, which gets an empty one. */
  readonly loseState?: boolean;
  /** This delivery, with its records, ends the window early, however small the state is; the window goes on with none. */
  readonly terminateEarly?: boolean;
  /**
   * false: the call that ends the window early, whatever ended it, is not called final. AWS says of the one flag that the same window goes
   * on after it, of the other that a new one begins, and not whether they go together; without this they do.
   */
  readonly earlyIsFinal?: boolean;
  /**
   * true: this delivery is the window's final one, whatever follows; further records of the window open it anew.
   * false: its records do not come with the final call, which follows without any.
   */
  readonly final?: boolean;
}

/** Asked before every delivery; undefined leaves it alone. For tests of what must hold whatever a mapping does. */
export type Chaos = (attempt: Attempt) => Disturbance | undefined;
