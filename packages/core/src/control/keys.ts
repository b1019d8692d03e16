/** Keys of the Control table: partition key `Source` (the source's name), sort key `Item`. One table for all sources. */
export const controlItems = {
  catalogue: 'CATALOGUE',
  floors: 'FLOORS',
  /** Of `count` one a Kinesis shard; of `publish` one a table stream, under the label that ends the stream's ARN. */
  checkpoint: (consumer: 'count' | 'publish', shardId: string): string => `CHECKPOINT#${consumer}#${shardId}`,
  /** A marker of publish, under the position of the last record that its call published. */
  published: (position: string): string => `PUBLISHED#${position}`,
  checkpointPrefix: (consumer: 'count' | 'publish'): string => `CHECKPOINT#${consumer}#`,
  /** `day` is the arrival day in UTC, `2026-11-02`. */
  ledger: (day: string, shardId: string): string => `LEDGER#${day}#${shardId}`,
  ledgerPrefix: 'LEDGER#',
} as const;
