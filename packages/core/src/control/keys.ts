/** Keys of the Control table: partition key `Source` (the source's name), sort key `Item`. One table for all sources. */
export const controlItems = {
  catalogue: 'CATALOGUE',
  floors: 'FLOORS',
  checkpoint: (consumer: 'count' | 'publish', shardId: string): string => `CHECKPOINT#${consumer}#${shardId}`,
  /** What publish has put, one item a table stream: tallies and the newest change. `streamLabel` ends the stream's ARN. */
  published: (position: string): string => `PUBLISHED#${position}`,
  checkpointPrefix: (consumer: 'count' | 'publish'): string => `CHECKPOINT#${consumer}#`,
  /** `day` is the arrival day in UTC, `2026-11-02`. */
  ledger: (day: string, shardId: string): string => `LEDGER#${day}#${shardId}`,
  ledgerPrefix: 'LEDGER#',
} as const;
