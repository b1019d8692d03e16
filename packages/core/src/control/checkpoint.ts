import type { Fence } from '../series/sequence.ts';

/** Item `CHECKPOINT#<reader>#<shardId>` of the Control table, without its keys: how far a shard is wholly counted, in windows or archived. */
export interface CheckpointItem {
  /** Every record up to this one is in its partials and in the ledger, or in an object of the archive. */
  readonly LastSequence: Fence;
  /** Arrival of that record, milliseconds since the epoch. */
  readonly ArrivalMs: number;
  /** Arrival of the checkpoint before it: `Received / (ArrivalMs - PreviousArrivalMs)` is the rate. Equal to ArrivalMs on the first. */
  readonly PreviousArrivalMs: number;
  /** Events in the batch that ended here; records, of the archive. */
  readonly Received: number;
  /**
   * The first record of the shard that this reader ever handled: kept by counting, by windows and by recounts. Empty, and so below every fence, on an
   * item that a version before them has written.
   */
  readonly FirstSequence?: Fence;
  /** Arrival of that record; 0 where it is not known. */
  readonly FirstArrivalMs?: number;
}

/** Item `CHECKPOINT#recount-<generation>#<shardId>`, without its keys: how far a recount is, with buckets and windows together. */
export interface RecountCheckpointItem extends CheckpointItem {
  readonly FirstSequence: Fence;
  readonly FirstArrivalMs: number;
  /** The first record that came by the run's pipe: not the first of all where the archive was counted before. Absent until one came. */
  readonly StreamFirstSequence?: Fence;
  readonly StreamFirstArrivalMs?: number;
}
