/** What is counted: the traffic for which the design states its cost. */
export const scenario = {
  eventsPerSecond: 1_000,
  /** Data of a record. With its partition key it stays within the kilobyte that Kinesis bills. */
  eventBytes: 1_000,
  billedEventBytes: 1_024,
  series: 20,
} as const;

/** What the local engine cannot show of AWS. */
export const assumptions = {
  /**
   * A new table on demand has four partitions, each with a stream shard that is published by itself; DynamoDB Local has
   * one. Publishing's calls are counted this many times.
   */
  tableStreamShards: 4,
  /** Lambda gives a function a whole core at so much memory, and a proportional part of one below. */
  coreMemoryMb: 1_769,
  /** Each step of a handler waits for AWS this long, on top of its processor time. */
  roundTripMs: 10,
} as const;

/** Steps of each handler that wait for AWS one after the other. */
export const roundTrips = {
  /** Partials, ledger, checkpoint; markers, metric data, marker, tally. */
  tidemark: { count: 3, publish: 4 },
  /** Counters; metric data. */
  published: { count: 1, publish: 1 },
} as const;

export type Design = keyof typeof roundTrips;
