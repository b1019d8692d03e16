/** A record as Kinesis hands it over, whoever carried it (event source mapping, pipe, archive). */
export interface StreamRecord {
  /** Decimal, as Kinesis writes it. */
  readonly sequenceNumber: string;
  /** Base64. */
  readonly data: string;
  readonly partitionKey: string;
  /** Approximate arrival, milliseconds since the epoch; may go backwards. */
  readonly arrivalMs: number;
}

/** Records of one shard, in its order. */
export interface ShardBatch {
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
}
