import { setTimeout as wait } from 'node:timers/promises';
import type { GetRecordsCommandOutput, _Record as KinesisRecord } from '@aws-sdk/client-kinesis';
import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  InvalidArgumentException,
  KinesisClient,
  ListShardsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { StreamRecord } from '@tidemark/core/count/record';
import type { Peek, PeekPlace } from '@tidemark/core/health/peek';
import { peekOf } from '@tidemark/core/health/peek';
import { clientSettings } from './client.ts';
import { ReadingPace } from './reading-pace.ts';

/** Where reading of a shard begins: at its oldest record, at the first that arrived at a time or after it, at the record of a sequence number, or after that. */
export type ShardPlace = { readonly shardId: string } & (
  | { readonly at: 'TRIM_HORIZON' }
  | {
      readonly at: 'AT_TIMESTAMP';
      /** Milliseconds since the epoch. */
      readonly arrivalMs: number;
    }
  | {
      readonly at: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER';
      /** Decimal. */
      readonly sequenceNumber: string;
    }
);

/** Records of a shard in its order, at least one. */
export interface ShardPage {
  readonly records: readonly StreamRecord[];
  /** Whether Kinesis had no more when it answered. */
  readonly isTip: boolean;
}

export interface ListedShard {
  readonly shardId: string;
  /** Split or merged: no record comes to it any more. */
  readonly isClosed: boolean;
}

/** Reads records again. Loaded when the first read is due. */
export class Kinesis {
  readonly #streamArn: string;
  /**
   * By shard: where a reading stands that has met no record yet. An answer passes over some five minutes without records, so that a weekend of them
   * takes hundreds: a reading that is cut off there goes on in the next invocation of this instance.
   */
  readonly #onTheWay = new Map<string, { readonly place: string; readonly iterator: string }>();
  readonly #client = new KinesisClient({
    ...clientSettings,
    // The client's own choice, HTTP/2, has either a handshake for every call or a session that a frozen sandbox outlives.
    requestHandler: new NodeHttpHandler(clientSettings.requestHandler),
  });

  constructor(streamArn: string) {
    this.#streamArn = streamArn;
  }

  /**
   * Pages until none is left or the caller has enough; a busy shard gives one after the other. The first has at most `firstPageRecords`, any
   * other as many as a small function bears (reading-pace.ts). What has left the stream is passed over without a word, a whole shard as well.
   */
  async *pages(
    place: ShardPlace,
    firstPageRecords: number | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<ShardPage> {
    const pace = new ReadingPace(firstPageRecords);
    let iterator = this.#wayOf(place) ?? (await this.#iterator(place, signal));
    let lastRead: string | undefined;
    while (iterator !== undefined) {
      const waitMs = pace.waitMs(performance.now());
      if (waitMs > 0) await wait(waitMs, undefined, { signal });
      const { recordsMax } = pace;
      const answer = await this.#records(iterator, recordsMax, signal);
      if (answer === 'gone') return;
      if (answer === 'expired') {
        pace.take(0, 0, performance.now());
        iterator = await this.#iterator(lastRead === undefined ? place : after(place, lastRead), signal);
        continue;
      }
      const { Records = [], MillisBehindLatest, NextShardIterator } = answer;
      const bytes = Records.reduce((sum, { Data }) => sum + (Data?.byteLength ?? 0), 0);
      pace.take(Records.length, bytes, performance.now());
      if (Records.length > 0) {
        lastRead = Records.at(-1)?.SequenceNumber;
        this.#onTheWay.delete(place.shardId);
        // A page that holds all that was asked for may be cut off inside the last millisecond.
        yield { records: Records.map(streamRecord), isTip: MillisBehindLatest === 0 && Records.length !== recordsMax };
      } else if (MillisBehindLatest === 0) {
        // An empty answer is no end by itself: Kinesis gives them on the way over stretches without records.
        return;
      } else if (lastRead === undefined && NextShardIterator !== undefined) {
        this.#onTheWay.set(place.shardId, { place: nameOf(place), iterator: NextShardIterator });
      }
      iterator = NextShardIterator;
    }
  }

  /**
   * Looks at what stands on a shard from a place on; `unknown` when so many answers did not come to the point. What is found is not taken: a busy shard
   * has its other readers.
   */
  async peek(place: PeekPlace & { readonly shardId: string }, readsMax: number, signal: AbortSignal): Promise<Peek> {
    const pace = new ReadingPace(1);
    let iterator = await this.#iterator(place, signal);
    let peek: Peek = { kind: 'drained' };
    for (let reads = 0; reads < readsMax && iterator !== undefined; reads += 1) {
      const waitMs = pace.waitMs(performance.now());
      if (waitMs > 0) await wait(waitMs, undefined, { signal });
      const answer: GetRecordsCommandOutput | 'expired' | 'gone' = await this.#records(iterator, 1, signal);
      pace.take(0, 0, performance.now());
      if (answer === 'gone') return { kind: 'drained' };
      // An iterator that is used at once lives: of a shard whose answers take minutes nothing is known.
      if (answer === 'expired') throw new Error(`${place.shardId}: the iterator expired while the shard was searched`);
      peek = peekOf(answer);
      if (peek.kind !== 'unknown') return peek;
      iterator = answer.NextShardIterator;
    }
    return peek;
  }

  /** Every shard that the stream has, the closed ones as well as long as they hold records. */
  async shards(signal: AbortSignal): Promise<ListedShard[]> {
    const shards: ListedShard[] = [];
    let next: string | undefined;
    do {
      signal.throwIfAborted();
      // A token names its stream by itself, and must come alone.
      const command = new ListShardsCommand(next === undefined ? { StreamARN: this.#streamArn } : { NextToken: next });
      const { Shards = [], NextToken } = await this.#client.send(command, { abortSignal: signal });
      for (const { ShardId, SequenceNumberRange } of Shards) {
        if (ShardId === undefined) continue;
        shards.push({ shardId: ShardId, isClosed: SequenceNumberRange?.EndingSequenceNumber !== undefined });
      }
      next = NextToken;
    } while (next !== undefined);
    return shards;
  }

  #wayOf(place: ShardPlace): string | undefined {
    const way = this.#onTheWay.get(place.shardId);
    return way?.place === nameOf(place) ? way.iterator : undefined;
  }

  /** An iterator lives for five minutes. */
  async #iterator(place: ShardPlace, signal: AbortSignal): Promise<string | undefined> {
    signal.throwIfAborted();
    const command = new GetShardIteratorCommand({
      StreamARN: this.#streamArn,
      ShardId: place.shardId,
      ShardIteratorType: place.at,
      ...startOf(place),
    });
    try {
      const { ShardIterator } = await this.#client.send(command, { abortSignal: signal });
      return ShardIterator;
    } catch (error) {
      // A shard that was closed leaves the stream when its last record has.
      if (error instanceof ResourceNotFoundException) return undefined;
      if (!(error instanceof InvalidArgumentException) || !('sequenceNumber' in place)) throw error;
      // The stream never gave that number: another stood under its name before, and all that this one holds came later.
      return this.#iterator({ shardId: place.shardId, at: 'TRIM_HORIZON' }, signal);
    }
  }

  async #records(
    iterator: string,
    recordsMax: number,
    signal: AbortSignal,
  ): Promise<GetRecordsCommandOutput | 'expired' | 'gone'> {
    signal.throwIfAborted();
    const command = new GetRecordsCommand({ StreamARN: this.#streamArn, ShardIterator: iterator, Limit: recordsMax });
    try {
      return await this.#client.send(command, { abortSignal: signal });
    } catch (error) {
      if (error instanceof ExpiredIteratorException) return 'expired';
      if (error instanceof ResourceNotFoundException) return 'gone';
      throw error;
    }
  }
}

function after({ shardId }: ShardPlace, sequenceNumber: string): ShardPlace {
  return { shardId, at: 'AFTER_SEQUENCE_NUMBER', sequenceNumber };
}

function startOf(place: ShardPlace): { readonly StartingSequenceNumber?: string; readonly Timestamp?: Date } {
  if ('sequenceNumber' in place) return { StartingSequenceNumber: place.sequenceNumber };
  return place.at === 'AT_TIMESTAMP' ? { Timestamp: new Date(place.arrivalMs) } : {};
}

/** The same for the same place. */
function nameOf(place: ShardPlace): string {
  return JSON.stringify([place.at, startOf(place)]);
}

/** A record as an event source mapping would hand it over. */
function streamRecord({
  SequenceNumber,
  Data,
  PartitionKey,
  ApproximateArrivalTimestamp,
}: KinesisRecord): StreamRecord {
  if (SequenceNumber === undefined || Data === undefined || ApproximateArrivalTimestamp === undefined) {
    throw new Error('GetRecords: a record without sequence number, data or arrival');
  }
  return {
    sequenceNumber: SequenceNumber,
    data: Buffer.from(Data.buffer, Data.byteOffset, Data.byteLength).toString('base64'),
    partitionKey: PartitionKey ?? '',
    arrivalMs: ApproximateArrivalTimestamp.getTime(),
  };
}
