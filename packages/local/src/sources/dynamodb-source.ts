import {
  type AttributeValue,
  type _Record as Change,
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { Clock } from '../clock.ts';
import {
  type Position,
  readToTip,
  type ShardReader,
  type SourceRecord,
  type SourceShard,
  type StreamSource,
} from './source.ts';

export interface DynamoDbSourceOptions {
  readonly client: DynamoDBStreamsClient;
  readonly clock: Pick<Clock, 'now'>;
  readonly streamArn: string;
  readonly region: string;
}

/** DynamoDB gives no more at once. */
const recordsMax = 1000;
const settleMsMin = 200;
/** So many of the slowest of the latest reads. */
const settleReads = 20;
const readsKept = 20;

/** Reads the stream of a table. */
export class DynamoDbSource implements StreamSource {
  readonly kind = 'dynamodb';
  /**
   * DynamoDB Local keeps the streams of all tables together: a read that finds nothing looks through what all the others
   * received since, 25 ms for 30,000 changes, and writes wait for it. Only deletions by time to live come without a write
   * that the engine sees.
   */
  readonly restMsMax = 5000;
  readonly arn: string;
  /** Wall time of the latest reads. */
  #readsMs: readonly number[] = [];
  readonly #options: DynamoDbSourceOptions;

  constructor(options: DynamoDbSourceOptions) {
    this.#options = options;
    this.arn = options.streamArn;
  }

  /**
   * DynamoDB Local's streams follow their tables within 10 to 50 ms on a machine that is not busy, and within 350 ms on two
   * cores that seven processes share; its reads become slow together with that.
   */
  get settleMs(): number {
    return Math.max(settleMsMin, settleReads * Math.max(0, ...this.#readsMs));
  }

  async listShards(): Promise<readonly SourceShard[]> {
    const shards: SourceShard[] = [];
    let after: string | undefined;
    do {
      const input = { StreamArn: this.arn, ...(after === undefined ? {} : { ExclusiveStartShardId: after }) };
      const { StreamDescription: page } = await this.#options.client.send(new DescribeStreamCommand(input));
      for (const { ShardId: shardId = '', ParentShardId, SequenceNumberRange: range } of page?.Shards ?? []) {
        const parentIds = ParentShardId === undefined ? [] : [ParentShardId];
        shards.push({ shardId, parentIds, closed: range?.EndingSequenceNumber !== undefined });
      }
      after = page?.LastEvaluatedShardId;
    } while (after !== undefined);
    return shards;
  }

  tip(shardId: string): Promise<Position> {
    return readToTip(this, shardId, { at: 'TRIM_HORIZON' });
  }

  async open(shardId: string, position: Position): Promise<ShardReader> {
    const { client } = this.#options;
    let place = position;
    const renew = async (): Promise<string | undefined> => {
      const shard = { StreamArn: this.arn, ShardId: shardId };
      const get = () => client.send(new GetShardIteratorCommand({ ...shard, ...iteratorPlace(place) }));
      const answer = await get().catch((error: unknown) => {
        if (!isTrimmed(error)) throw error;
        place = { at: 'TRIM_HORIZON' };
        return get();
      });
      return answer.ShardIterator;
    };
    let iterator = await renew();
    return {
      read: async (limit) => {
        const startedAt = performance.now();
        const get = () =>
          client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: Math.min(limit, recordsMax) }));
        const page = await get().catch(async (error: unknown) => {
          const expired = error instanceof Error && error.name === 'ExpiredIteratorException';
          if (!expired && !isTrimmed(error)) throw error;
          iterator = await renew();
          return get();
        });
        this.#readsMs = [...this.#readsMs, performance.now() - startedAt].slice(-readsKept);
        const records = (page.Records ?? []).map((change) => this.#record(change));
        const last = records.at(-1);
        if (last !== undefined) place = { at: 'AFTER', sequenceNumber: last.sequenceNumber };
        iterator = page.NextShardIterator ?? iterator;
        return { records, ended: page.NextShardIterator === undefined };
      },
    };
  }

  #record({ eventID, eventName, dynamodb, userIdentity }: Change): SourceRecord {
    const { ApproximateCreationDateTime: created, Keys, NewImage, OldImage } = dynamodb ?? {};
    // DynamoDB Local tells the wall's time; what the function sees lies in the engine's.
    const arrivalMs = (created?.getTime() ?? 0) + this.#options.clock.now() - Date.now();
    const sequenceNumber = dynamodb?.SequenceNumber ?? '';
    const element = {
      eventID,
      eventName,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: this.#options.region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(arrivalMs / 1000),
        Keys: eventImage(Keys),
        NewImage: eventImage(NewImage),
        OldImage: eventImage(OldImage),
        SequenceNumber: sequenceNumber,
        SizeBytes: dynamodb?.SizeBytes,
        StreamViewType: dynamodb?.StreamViewType,
      },
      // Only deletions by time to live have one.
      userIdentity: userIdentity && { principalId: userIdentity.PrincipalId, type: userIdentity.Type },
      eventSourceARN: this.arn,
    };
    const json = JSON.stringify(element);
    return {
      sequenceNumber,
      arrivalMs,
      json,
      jsonBytes: Buffer.byteLength(json),
      filterSubject: {
        bodyKey: 'dynamodb',
        metadata: () => ({ ...element, dynamodb: undefined }),
        body: () => (JSON.parse(json) as { dynamodb: unknown }).dynamodb,
      },
    };
  }
}

/** The stream no longer holds the place: what is left of it is read from its beginning. */
function isTrimmed(error: unknown): boolean {
  return error instanceof Error && error.name === 'TrimmedDataAccessException';
}

type Image = Readonly<Record<string, AttributeValue>>;

/** The image as events hold it: binary values in base64. */
function eventImage(image: Image | undefined): Readonly<Record<string, unknown>> | undefined {
  if (image === undefined) return undefined;
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, eventValue(value)]));
}

function eventValue(value: AttributeValue): unknown {
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(base64) };
  if (value.L !== undefined) return { L: value.L.map(eventValue) };
  if (value.M !== undefined) return { M: eventImage(value.M) };
  return value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function iteratorPlace(position: Position) {
  switch (position.at) {
    case 'AFTER':
      return {
        ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const,
        SequenceNumber: position.sequenceNumber,
      };
    case 'TIMESTAMP':
      throw new Error('A DynamoDB stream has no position by time');
    case 'TRIM_HORIZON':
      return { ShardIteratorType: 'TRIM_HORIZON' as const };
  }
}
