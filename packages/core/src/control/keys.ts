/** Who reads the stream and keeps a checkpoint and a ledger of it: event-time buckets, or windows of arrival time. */
export type StreamConsumer = 'count' | 'window';
/** Who reads the stream and keeps a checkpoint of it: the archive decides nothing of a record, and has no ledger. */
export type StreamReader = StreamConsumer | 'archive';
/** A recount into a generation: `recount-0001`. One checkpoint and one ledger a shard tell of its buckets and windows alike. */
export type Recount = `recount-${string}`;

/** `generation`: 1 to 9999. */
export function recountOf(generation: number): Recount {
  return `recount-${String(generation).padStart(4, '0')}`;
}

/** Keys of the Control table: partition key `Source` (the source's name), sort key `Item`. One table for all sources. */
export const controlItems = {
  catalogue: 'CATALOGUE',
  floors: 'FLOORS',
  /** Which generation is true for which buckets, and the lock of replay, backfill, undo and prune. */
  timeline: 'TIMELINE',
  /** What operators are told of a run. */
  run: (run: string): string => `RUN#${run}`,
  runPrefix: 'RUN#',
  /** How far a child of a prune or a restore has come, for that child itself (`prune/slots.ts`). Of all runs, or of one. */
  pruning: (run: string, child: string): string => `PRUNING#${run}#${child}`,
  pruningPrefix: (run?: string): string => (run === undefined ? 'PRUNING#' : `PRUNING#${run}#`),
  /** Of the stream's readers one a Kinesis shard; of `publish` one a table stream, under the label that ends the stream's ARN. */
  checkpoint: (consumer: StreamReader | Recount | 'publish', shardId: string): string =>
    `CHECKPOINT#${consumer}#${shardId}`,
  /** A marker of publish, under the position of the last record that its call published. */
  published: (position: string): string => `PUBLISHED#${position}`,
  /** Whether a record that was set aside is on the stream anew; `object` is its key without `quarantine/<source>/`. */
  resubmitted: (object: string): string => `RESUBMITTED#${object}`,
  /** Those of one arrival day, or of all. */
  resubmittedPrefix: (day?: string): string => (day === undefined ? 'RESUBMITTED#' : `RESUBMITTED#${day}/`),
  checkpointPrefix: (consumer: StreamReader | Recount | 'publish'): string => `CHECKPOINT#${consumer}#`,
  /** `day` is the arrival day in UTC, `2026-11-02`. */
  ledger: (consumer: StreamConsumer | Recount, day: string, shardId: string): string =>
    `LEDGER#${consumer}#${day}#${shardId}`,
  ledgerPrefix: (consumer: StreamConsumer | Recount): string => `LEDGER#${consumer}#`,
  /** The last look at how far a source is. */
  health: 'HEALTH',
  /** The last transition of an alarm, under its name in CloudWatch. */
  alarm: (alarm: string): string => `ALARM#${alarm}`,
  alarmPrefix: 'ALARM#',
  incident: (incident: string): string => `INCIDENT#${incident}`,
  /** Ids ascend by time: those from a moment on begin with what it begins with. */
  incidentPrefix: 'INCIDENT#',
  silence: (silence: string): string => `SILENCE#${silence}`,
  silencePrefix: 'SILENCE#',
  /** What waits to be told; one queue for each tier, for last words and for ends. */
  outbox: (queue: string, incident: string, telling: string): string => `OUTBOX#${queue}#${incident}#${telling}`,
  /** Of one queue, or of all. */
  outboxPrefix: (queue?: string): string => (queue === undefined ? 'OUTBOX#' : `OUTBOX#${queue}#`),
  /** The key that signs links to acknowledge. */
  signing: 'SIGNING',
} as const;
