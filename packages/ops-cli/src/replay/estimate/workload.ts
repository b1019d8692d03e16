import type { DeployedSource } from '@tidemark/core/deployment';

/** What a run has to read, as far as it is known before. */
export interface Workload {
  readonly source: DeployedSource;
  readonly nowMs: number;
  /** Start of the first bucket that is rebuilt, milliseconds since the epoch; undefined where it is everything ever counted. */
  readonly firstMs?: number;
  /** Buckets that start before this; undefined: up to now. */
  readonly toMs?: number;
  /** The first arrival that is read. */
  readonly arrivalsFromMs: number;
  /** Names that were admitted, and `$other`. */
  readonly series: number;
  /** By shard, how many events there are to count, and their bytes. */
  readonly shards: readonly { readonly shardId: string; readonly events: number; readonly bytes: number }[];
  /** Whether the stream bills what is read of it. */
  readonly isOnDemand: boolean;
  /** Of a backfill: objects of the archive, and their bytes, compressed. */
  readonly archive?: { readonly objects: number; readonly bytes: number };
  /** What an operator should know of it. */
  readonly remarks: readonly string[];
}
