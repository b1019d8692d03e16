import type { ShardBatch } from '@tidemark/core/count/record';
import type { DecidedBatch } from '@tidemark/core/window/window';
import type { DynamoDB } from '../aws/dynamodb.ts';
import type { DataBucket } from '../data-bucket.ts';
import type { ShardReader } from './shard-reader.ts';

/** What an invocation reads and writes with. */
export interface WindowTargets {
  readonly source: string;
  readonly dynamodb: DynamoDB;
  readonly seriesTable: string;
  readonly controlTable: string;
  readonly dataBucket: DataBucket;
  readonly shards: ShardReader;
  /** Reads records, whether an event source mapping brought them or they were read again, and admits their names. */
  readonly decide: (batch: ShardBatch, signal: AbortSignal) => Promise<DecidedBatch>;
}
