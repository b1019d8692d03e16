import { setTimeout as wait } from 'node:timers/promises';
import type { GetRecordsCommandOutput, _Record as KinesisRecord } from '@aws-sdk/client-kinesis';
import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  InvalidArgumentException,
  KinesisClient,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { StreamRecord } from '@tidemark/core/count/record';
import { clientSettings } from './client.ts';

/** A shard gives 5 answers a second to all of its readers: whoever reads on leaves the others their share. */
const pageIntervalMs = 250;
/** Answers that come at once: a look at one record, and what is read when it shows more. */
const promptPages = 2;

/** Where reading of a shard begins: at its oldest record, at the record of a sequence number, or after that. */
export type ShardPlace = { readonly shardId: string } & (
  | { readonly at: 'TRIM_HORIZON' }
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

/** Reads records again. Loaded when the first read is due: ordinary invocations never pay for it. */
export class Kinesis {
  readonly #streamArn: string;
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
   * other as many as Kinesis gives. What has left the stream is passed over without a word.
   */
  async *pages(
    place: ShardPlace,
    firstPageRecords: number | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<ShardPage> {
    let iterator = await this.#iterator(place, signal);
    let lastRead: string | undefined;
    for (let page = 0; iterator !== undefined; page += 1) {
      if (page >= promptPages) await wait(pageIntervalMs, undefined, { signal });
      const recordsMax = page === 0 ? firstPageRecords : undefined;
      const answer = await this.#records(iterator, recordsMax, signal);
      if (answer === 'expired') {
        const { shardId } = place;
        iterator = await this.#iterator(
          lastRead === undefined ? place : { shardId, at: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: lastRead },
          signal,
        );
        continue;
      }
      const records = (answer.Records ?? []).map(streamRecord);
      if (records.length > 0) {
        lastRead = records.at(-1)?.sequenceNumber;
        // A page that holds all that was asked for may be cut off inside the last millisecond.
        yield { records, isTip: answer.MillisBehindLatest === 0 && records.length !== recordsMax };
      } else if (answer.MillisBehindLatest === 0) {
        // An empty answer is no end by itself: Kinesis gives them on the way over stretches without records.
        return;
      }
      iterator = answer.NextShardIterator;
    }
  }

  /** An iterator lives for five minutes. */
  async #iterator(place: ShardPlace, signal: AbortSignal): Promise<string | undefined> {
    signal.throwIfAborted();
    const command = new GetShardIteratorCommand({
      StreamARN: this.#streamArn,
      ShardId: place.shardId,
      ShardIteratorType: place.at,
      ...(place.at === 'TRIM_HORIZON' ? {} : { StartingSequenceNumber: place.sequenceNumber }),
    });
    try {
      const { ShardIterator } = await this.#client.send(command, { abortSignal: signal });
      return ShardIterator;
    } catch (error) {
      if (!(error instanceof InvalidArgumentException) || place.at === 'TRIM_HORIZON') throw error;
      // The stream never gave that number: another stood under its name before, and all that this one holds came later.
      return this.#iterator({ shardId: place.shardId, at: 'TRIM_HORIZON' }, signal);
    }
  }

  async #records(
    iterator: string,
    limit: number | undefined,
    signal: AbortSignal,
  ): Promise<GetRecordsCommandOutput | 'expired'> {
    signal.throwIfAborted();
    const command = new GetRecordsCommand({ StreamARN: this.#streamArn, ShardIterator: iterator, Limit: limit });
    try {
      return await this.#client.send(command, { abortSignal: signal });
    } catch (error) {
      if (error instanceof ExpiredIteratorException) return 'expired';
      throw error;
    }
  }
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
