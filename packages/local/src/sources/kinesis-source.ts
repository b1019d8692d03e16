import type { Clock } from '../clock.ts';
import type { KinesisServer } from '../services/kinesis/server.ts';
import {
  type Position,
  type ReadPace,
  readToTip,
  type ShardReader,
  type SourceRecord,
  type SourceShard,
  type StreamSource,
} from './source.ts';

export interface KinesisSourceOptions {
  readonly server: Pick<KinesisServer, 'invoke'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly streamArn: string;
  readonly region: string;
  /** ARN of the role of who reads, which every record names. */
  readonly role: string;
  /** How a record looks to whom it is delivered; as in Lambda's events without it. */
  readonly shape?: KinesisShape;
  readonly pace?: ReadPace;
}

/** A record's element of an event, and what filter patterns see of it beside its data. */
export interface ShapedRecord {
  readonly json: string;
  readonly metadata: () => Readonly<Record<string, unknown>>;
}

/** `kinesis` are the stream's own members of a record, `about` those that tell where it is from. */
export type KinesisShape = (
  kinesis: Readonly<Record<string, unknown>>,
  about: Readonly<Record<string, unknown>>,
  data: Buffer,
) => ShapedRecord;

/** Patterns name the metadata of the record itself (`partitionKey`) and of its element (`eventID`) alike. */
const lambdaShape: KinesisShape = (kinesis, about) => ({
  json: JSON.stringify({ kinesis, ...about }),
  metadata: () => ({ kinesis, ...about, ...kinesis, data: undefined }),
});

/** Reads a Kinesis stream of the engine, in process. */
export class KinesisSource implements StreamSource {
  readonly kind = 'kinesis';
  readonly settleMs = 0;
  readonly restMsMax = 200;
  readonly arn: string;
  readonly pace: ReadPace | undefined;
  readonly #options: KinesisSourceOptions;

  constructor(options: KinesisSourceOptions) {
    this.#options = options;
    this.arn = options.streamArn;
    this.pace = options.pace;
  }

  async listShards(): Promise<readonly SourceShard[]> {
    const shards: SourceShard[] = [];
    let token: string | undefined;
    do {
      const reference = token === undefined ? { StreamARN: this.arn } : { NextToken: token };
      const page = await this.#options.server.invoke('ListShards', reference);
      for (const shard of page.Shards) {
        const parentIds = [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined);
        const closed = shard.SequenceNumberRange.EndingSequenceNumber !== undefined;
        shards.push({ shardId: shard.ShardId, parentIds, closed });
      }
      token = page.NextToken;
    } while (token !== undefined);
    return shards;
  }

  tip(shardId: string): Promise<Position> {
    return readToTip(this, shardId, { at: 'TIMESTAMP', timestampMs: this.#options.clock.now() });
  }

  async open(shardId: string, position: Position): Promise<ShardReader> {
    const { server } = this.#options;
    let place = position;
    const renew = async (): Promise<string> =>
      (await server.invoke('GetShardIterator', iteratorInput(this.arn, shardId, place))).ShardIterator;
    let iterator = await renew();
    return {
      read: async (limit) => {
        const get = () => server.invoke('GetRecords', { ShardIterator: iterator, Limit: limit });
        const page = await get().catch(async (error: unknown) => {
          // An iterator lasts five minutes of engine time, which may pass in no time.
          if (!(error instanceof Error) || error.name !== 'ExpiredIteratorException') throw error;
          iterator = await renew();
          return get();
        });
        const last = page.Records.at(-1);
        if (last !== undefined) place = { at: 'AFTER', sequenceNumber: last.SequenceNumber };
        const { NextShardIterator: next } = page;
        if (next !== undefined) iterator = next;
        return { records: page.Records.map((record) => this.#record(shardId, record)), ended: next === undefined };
      },
    };
  }

  #record(shardId: string, record: KinesisRecord): SourceRecord {
    const { SequenceNumber: sequenceNumber, PartitionKey: partitionKey, Data: data } = record;
    const arrivalMs = record.ApproximateArrivalTimestamp.getTime();
    const kinesis = {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
      data: data.toString('base64'),
      approximateArrivalTimestamp: arrivalMs / 1000,
    };
    const about = {
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${shardId}:${sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: this.#options.role,
      awsRegion: this.#options.region,
      eventSourceARN: this.arn,
    };
    const { json, metadata } = (this.#options.shape ?? lambdaShape)(kinesis, about, data);
    return {
      sequenceNumber,
      arrivalMs,
      json,
      jsonBytes: Buffer.byteLength(json),
      filterSubject: {
        bodyKey: 'data',
        metadata,
        body: () => parsed(data.toString('utf8')),
      },
    };
  }
}

interface KinesisRecord {
  readonly SequenceNumber: string;
  readonly PartitionKey: string;
  readonly Data: Buffer;
  readonly ApproximateArrivalTimestamp: Date;
}

/** JSON where it is JSON, else the text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function iteratorInput(streamArn: string, shardId: string, position: Position) {
  const shard = { StreamARN: streamArn, ShardId: shardId };
  switch (position.at) {
    case 'AFTER':
      return {
        ...shard,
        ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const,
        StartingSequenceNumber: position.sequenceNumber,
      };
    case 'TIMESTAMP':
      return { ...shard, ShardIteratorType: 'AT_TIMESTAMP' as const, Timestamp: new Date(position.timestampMs) };
    case 'TRIM_HORIZON':
      return { ...shard, ShardIteratorType: 'TRIM_HORIZON' as const };
  }
}
