/** One delivery that is about to be made. */
export interface Attempt {
  readonly shardId: string;
  readonly firstSequenceNumber: string;
  readonly lastSequenceNumber: string;
  readonly records: number;
  /** Of these records, so far. */
  readonly failures: number;
}

/** What is to happen to a delivery beyond what a quiet stream does; everything here may happen on AWS. */
export interface Disturbance {
  /** The same records go to a second invocation at the same time, whose answer is not awaited for the next batch. */
  readonly duplicate?: boolean;
  /** So many records are delivered in place of those of the batch: fewer, or with records that follow, more. */
  readonly bounds?: number;
  /** The batch is delivered in two halves, as after a failure. */
  readonly bisect?: boolean;
}

/** Asked before every delivery; undefined leaves it alone. For tests of what must hold whatever a mapping does. */
export type Chaos = (attempt: Attempt) => Disturbance | undefined;
