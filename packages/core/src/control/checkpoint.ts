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
}
