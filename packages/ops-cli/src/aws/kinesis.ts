import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  type Shard,
  type StreamDescriptionSummary,
} from '@aws-sdk/client-kinesis';
import { userRecordRanges } from '@tidemark/core/count/aggregate';
import { type Peek, type PeekPlace, peekOf } from '@tidemark/core/health/peek';
import { aggregateRecordsMax } from '@tidemark/core/limits';
import type { PutOutcome, PutRecords } from '../produce/lane.ts';
import type { OutgoingRecord } from '../produce/record.ts';
import type { ClientSettings } from '../target.ts';

/** The calls made with Kinesis. `close` lets the process end. */
export class Kinesis {
  readonly #client: KinesisClient;

  constructor(settings: ClientSettings) {
    this.#client = new KinesisClient(settings);
  }

  close(): void {
    this.#client.destroy();
  }

  /** Puts up to 500 records in one call. The SDK repeats a call whose answer was lost: its records may then stand twice on the stream. */
  putRecords(stream: string): PutRecords {
    return async (records: readonly OutgoingRecord[]): Promise<PutOutcome> => {
      const { Records = [] } = await this.#client.send(
        new PutRecordsCommand({
          StreamName: stream,
          Records: records.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })),
        }),
      );
      if (Records.length !== records.length) {
        throw new Error(`PutRecords answered for ${Records.length} of ${records.length} records`);
      }
      const failures = Records.filter(({ ErrorCode }) => ErrorCode !== undefined);
      if (failures.length === 0) return { refused: [] };
      const refused = records.filter((_, index) => Records[index]?.ErrorCode !== undefined);
      return { refused, reason: `${failures[0]?.ErrorCode}: ${failures[0]?.ErrorMessage}` };
    };
  }

  async describe(stream: string): Promise<StreamDescriptionSummary> {
    const { StreamDescriptionSummary } = await this.#client.send(
      new DescribeStreamSummaryCommand({ StreamName: stream }),
    );
    if (StreamDescriptionSummary === undefined) throw new Error(`DescribeStreamSummary said nothing of ${stream}`);
    return StreamDescriptionSummary;
  }

  /** Open and closed shards whose records may still be read. */
  async shards(stream: string): Promise<Shard[]> {
    const shards: Shard[] = [];
    let token: string | undefined;
    do {
      // A token stands for the name too, which may not come with it.
      const input = token === undefined ? { StreamName: stream } : { NextToken: token };
      const page = await this.#client.send(new ListShardsCommand(input));
      shards.push(...(page.Shards ?? []));
      token = page.NextToken;
    } while (token !== undefined);
    return shards;
  }

  /** Looks at what stands on a shard from a place on. Kinesis may answer empty while it searches: `unknown` when few answers do not come to the point. */
  async peek(stream: string, shardId: string, place: PeekPlace): Promise<Peek> {
    const { ShardIterator } = await this.#client.send(
      new GetShardIteratorCommand({
        ...{ StreamName: stream, ShardId: shardId, ShardIteratorType: place.at },
        ...('sequenceNumber' in place ? { StartingSequenceNumber: place.sequenceNumber } : {}),
        ...('arrivalMs' in place ? { Timestamp: new Date(place.arrivalMs) } : {}),
      }),
    );
    let iterator = ShardIterator;
    let peek: Peek = { kind: 'drained' };
    for (let reads = 0; reads < readsMax && iterator !== undefined; reads++) {
      const answer: GetRecordsCommandOutput = await this.#client.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: 1 }),
      );
      peek = peekOf(answer);
      if (peek.kind !== 'unknown') return peek;
      iterator = answer.NextShardIterator;
    }
    return peek;
  }

  /** Some of the records that arrived at `fromMs` or after it. Empty where none did, or few reads do not come to one. */
  async sample(stream: string, shardId: string, fromMs: number): Promise<Sample> {
    const { ShardIterator } = await this.#client.send(
      new GetShardIteratorCommand({
        StreamName: stream,
        ShardId: shardId,
        ShardIteratorType: 'AT_TIMESTAMP',
        Timestamp: new Date(fromMs),
      }),
    );
    let iterator = ShardIterator;
    for (let reads = 0; reads < sampleReadsMax && iterator !== undefined; reads++) {
      const answer = await this.#client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: sampleRecords }));
      const data = (answer.Records ?? []).map(({ Data = new Uint8Array() }) => Data);
      if (data.length > 0) {
        const events = data.map((each) => (userRecordRanges(each, aggregateRecordsMax)?.length ?? 2) / 2);
        return { events: sum(events), bytes: sum(data.map((each) => each.length)) };
      }
      iterator = answer.NextShardIterator;
    }
    return { events: 0, bytes: 0 };
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}

const readsMax = 20;
const sampleRecords = 100;
const sampleReadsMax = 3;

/** Some records of a shard, and how many events they hold: those of an aggregate count one by one. */
export interface Sample {
  readonly events: number;
  readonly bytes: number;
}
