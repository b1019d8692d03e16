/** What a mapping reads from. Kinesis and DynamoDB streams differ in how, not in what follows. */
export interface StreamSource {
  readonly kind: 'kinesis' | 'dynamodb';
  readonly arn: string;
  /** Every shard that still exists, closed ones included. */
  listShards(): Promise<readonly SourceShard[]>;
  /** The place after everything that the shard holds now, good for any later time. */
  tip(shardId: string): Promise<Position>;
  /** Reads a shard from a position on. Throws what the service throws. */
  open(shardId: string, position: Position): Promise<ShardReader>;
  /** Wall time for which a shard must stay empty before it counts as drained; a stream may lag behind its table. */
  readonly settleMs: number;
  /** Wall time at most between reads of a shard that stays empty. A write that passes the engine is looked for at once. */
  readonly restMsMax: number;
  /** How gently it is read where others read the same shards; without it as fast as records are delivered. */
  readonly pace?: ReadPace | undefined;
}

export interface ReadPace {
  /** Wall time at least between two reads of a shard. */
  readonly readIntervalMs: number;
  /** So many records come with one read, and wait for their batches. */
  readonly readRecordsMax: number;
}

/** Lambda's own: once a second, as much as one read gives. */
export const lambdaPace: ReadPace = { readIntervalMs: 1_000, readRecordsMax: 10_000 };

export interface SourceShard {
  readonly shardId: string;
  /** Read to their ends first, where they still exist. */
  readonly parentIds: readonly string[];
  /** Takes no more records. */
  readonly closed: boolean;
}

/** Where in a shard to begin. Also what a position store keeps, as JSON. */
export type Position =
  | { readonly at: 'TRIM_HORIZON' }
  | { readonly at: 'TIMESTAMP'; readonly timestampMs: number }
  | { readonly at: 'AFTER'; readonly sequenceNumber: string };

export interface ShardPage {
  readonly records: readonly SourceRecord[];
  /** The shard is closed and these were its last. */
  readonly ended: boolean;
}

export interface ShardReader {
  /** The next records, at most `limit`. None: there are no more for now. */
  read(limit: number): Promise<ShardPage>;
}

/** One record as the function will see it. */
export interface SourceRecord {
  readonly sequenceNumber: string;
  readonly arrivalMs: number;
  /** The element of the event's `Records`, as JSON. */
  readonly json: string;
  readonly jsonBytes: number;
  /** What filter patterns look at; undefined where a pattern on data cannot look into it. */
  readonly filterSubject: FilterSubject;
}

export interface FilterSubject {
  /** The element of `Records`, parts of which patterns name. */
  readonly metadata: () => Readonly<Record<string, unknown>>;
  /** Under which key the body lies (`data`, `dynamodb`), and the body: JSON where it is JSON, else its text. */
  readonly bodyKey: string;
  readonly body: () => unknown;
}

/** Reads a shard from a position to its present end and gives the place that was reached. */
export async function readToTip(source: StreamSource, shardId: string, from: Position): Promise<Position> {
  const reader = await source.open(shardId, from);
  let place = from;
  for (;;) {
    const { records, ended } = await reader.read(1000);
    const last = records.at(-1);
    if (last !== undefined) place = { at: 'AFTER', sequenceNumber: last.sequenceNumber };
    if (last === undefined || ended) return place;
  }
}
