import { GetRecordsCommand, GetShardIteratorCommand, type KinesisClient } from '@aws-sdk/client-kinesis';

/** Where a record stands. */
export interface Place {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** Reads from a stream when records arrived. */
export class Arrivals {
  readonly #kinesis: KinesisClient;
  readonly #stream: string;

  /** The client stays the caller's to close. */
  constructor(kinesis: KinesisClient, stream: string) {
    this.#kinesis = kinesis;
    this.#stream = stream;
  }

  /**
   * When each of the records arrived, milliseconds since the epoch, by its sequence number. Those of one shard come in its order.
   * Throws an Error where one of them is not on the stream.
   */
  async of(places: readonly Place[]): Promise<ReadonlyMap<string, number>> {
    const shards = new Map<string, { first: string; last: string }>();
    for (const { shardId, sequenceNumber } of places) {
      const shard = shards.get(shardId);
      if (shard === undefined) shards.set(shardId, { first: sequenceNumber, last: sequenceNumber });
      else shard.last = sequenceNumber;
    }
    const arrivals = new Map<string, number>();
    const read = ([shardId, { first, last }]: [string, { first: string; last: string }]) =>
      this.#read(shardId, first, last, arrivals);
    await Promise.all(Array.from(shards, read));
    return arrivals;
  }

  async #read(shardId: string, first: string, last: string, arrivals: Map<string, number>): Promise<void> {
    const from = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: first } as const;
    const { ShardIterator } = await this.#kinesis.send(
      new GetShardIteratorCommand({ StreamName: this.#stream, ShardId: shardId, ...from }),
    );
    for (let iterator = ShardIterator; !arrivals.has(last); ) {
      const page = await this.#kinesis.send(new GetRecordsCommand({ ShardIterator: iterator }));
      for (const { SequenceNumber = '', ApproximateArrivalTimestamp } of page.Records ?? []) {
        arrivals.set(SequenceNumber, ApproximateArrivalTimestamp?.getTime() ?? Number.NaN);
      }
      const isEnd = page.NextShardIterator === undefined || page.MillisBehindLatest === 0;
      if (isEnd && !arrivals.has(last)) throw new Error(`${last} is not in ${shardId} of ${this.#stream}`);
      iterator = page.NextShardIterator;
    }
  }
}
