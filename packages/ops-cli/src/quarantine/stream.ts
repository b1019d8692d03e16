import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  ProvisionedThroughputExceededException,
  type Shard,
  type _Record as StreamRecord,
} from '@aws-sdk/client-kinesis';
import { Failure } from '../failure.ts';
import { mapInParallel } from '../parallel.ts';
import { type OutgoingRecord, recordBytesMax } from '../produce/record.ts';
import { renderDuration } from '../render.ts';
import type { ClientSettings } from '../target.ts';
import type { Place } from './marker.ts';
import { type PutAnswer, putOnce } from './put.ts';

/** What a put and a look depend on. */
export interface StreamFacts {
  /** How long the stream keeps records, in milliseconds. */
  readonly retentionMs: number;
  /** The largest record that it takes, with its partition key. */
  readonly recordBytesMax: number;
}

/** How far the clock of this machine may be from AWS's: instants of two operators are compared, and with arrivals. */
const skewMsMax = 60_000;
/** One attempt of a put may take so long, in milliseconds. */
const putTimeoutMs = 10_000;
/** A shard gives five reads a second to all who share it. */
const betweenReadsMs = 250;
const shardsAtOnce = 4;

/** The stream on which records are put anew: puts in one attempt, and looks for what was put. `close` lets the process end. */
export class ResubmissionStream {
  readonly #putting: KinesisClient;
  readonly #reading: KinesisClient;
  readonly #name: string;
  readonly #nowMs: () => Promise<number>;
  #skewMs = 0;

  constructor(settings: ClientSettings, name: string, nowMs: () => Promise<number>) {
    this.#name = name;
    this.#nowMs = nowMs;
    this.#reading = new KinesisClient(settings);
    const requestHandler = { ...settings.requestHandler, requestTimeout: putTimeoutMs };
    this.#putting = new KinesisClient({ ...settings, maxAttempts: 1, requestHandler });
    this.#reading.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const answeredMs = dateOf(result.response);
        if (answeredMs !== undefined) this.#skewMs = Date.now() - answeredMs;
        return result;
      },
      { step: 'deserialize', priority: 'high', name: 'clock' },
    );
  }

  close(): void {
    this.#putting.destroy();
    this.#reading.destroy();
  }

  /** Throws a Failure where the clock of this machine is wrong: it decides how long is waited before anything is put again. */
  async facts(): Promise<StreamFacts> {
    const { StreamDescriptionSummary: summary } = await this.#reading.send(
      new DescribeStreamSummaryCommand({ StreamName: this.#name }),
    );
    if (summary?.RetentionPeriodHours === undefined)
      throw new Error(`DescribeStreamSummary said nothing of ${this.#name}`);
    if (Math.abs(this.#skewMs) > skewMsMax) {
      const how = `${renderDuration(Math.abs(this.#skewMs))} ${this.#skewMs > 0 ? 'ahead of' : 'behind'}`;
      throw new Failure(
        `The clock of this machine is ${how} that of AWS. Set it right: resubmitting once depends on it.`,
      );
    }
    const bytesMax = (summary.MaxRecordSizeInKiB ?? 0) * 1024;
    return {
      retentionMs: summary.RetentionPeriodHours * 3_600_000,
      recordBytesMax: Math.max(recordBytesMax, bytesMax),
    };
  }

  /** Puts records that fit one call: see `putOnce`. */
  put(records: readonly OutgoingRecord[], untilMs: number): Promise<PutAnswer[]> {
    return putOnce(this.#putting, this.#name, records, untilMs, this.#nowMs);
  }

  /**
   * Where those of the records stand that arrived at `fromMs` or later, by their partition keys. Reads every shard, open or closed, in whose
   * range a key falls, so that it does not matter what was split or merged meanwhile; and of each until there is nothing more.
   */
  async find(
    records: readonly OutgoingRecord[],
    fromMs: number,
    onProgress: (atMs: number) => void,
    signal: AbortSignal,
  ): Promise<Map<string, Place>> {
    const { StreamDescriptionSummary: summary } = await this.#reading.send(
      new DescribeStreamSummaryCommand({ StreamName: this.#name }),
    );
    // Such a stream does not ask for keys.
    const isAnywhere = summary?.RecordDistributionStrategy === 'AUTO';
    const hashed = records.map((record) => ({ record, hash: hashOf(record.partitionKey) }));
    const found = new Map<string, Place>();
    await mapInParallel(await this.#shards(), shardsAtOnce, async (shard) => {
      const wanted = hashed.filter(({ hash }) => isAnywhere || holds(shard, hash)).map(({ record }) => record);
      const byKey = new Map(wanted.map((record) => [record.partitionKey, record]));
      if (byKey.size === 0 || shard.ShardId === undefined) return;
      for await (const { PartitionKey = '', Data, SequenceNumber = '', ...read } of this.#from(
        shard.ShardId,
        fromMs,
        signal,
      )) {
        onProgress(read.ApproximateArrivalTimestamp?.getTime() ?? fromMs);
        const record = byKey.get(PartitionKey);
        // Anybody may take any partition key; nobody's record but this one holds this event for certain.
        if (record !== undefined && Data !== undefined && Buffer.compare(record.data, Data) === 0)
          found.set(PartitionKey, { shardId: shard.ShardId, sequenceNumber: SequenceNumber });
      }
    });
    return found;
  }

  /** Everything that a shard holds from an arrival on, to its end or to where it stands when it is read. */
  async *#from(shardId: string, fromMs: number, signal: AbortSignal): AsyncGenerator<StreamRecord> {
    const { ShardIterator } = await this.#reading.send(
      new GetShardIteratorCommand({
        StreamName: this.#name,
        ShardId: shardId,
        ShardIteratorType: 'AT_TIMESTAMP',
        Timestamp: new Date(fromMs),
      }),
    );
    let iterator = ShardIterator;
    while (iterator !== undefined) {
      signal.throwIfAborted();
      const { Records = [], NextShardIterator, MillisBehindLatest = 0 } = await this.#read(iterator, signal);
      yield* Records;
      if (MillisBehindLatest === 0) return;
      iterator = NextShardIterator;
      if (iterator !== undefined) await sleep(betweenReadsMs, undefined, { signal });
    }
  }

  /** A shard that is read by others too may refuse for a while. */
  async #read(ShardIterator: string, signal: AbortSignal): Promise<GetRecordsCommandOutput> {
    for (;;) {
      try {
        return await this.#reading.send(new GetRecordsCommand({ ShardIterator }));
      } catch (error) {
        if (!(error instanceof ProvisionedThroughputExceededException)) throw error;
        await sleep(1000 + Math.random() * 1000, undefined, { signal });
      }
    }
  }

  async #shards(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let token: string | undefined;
    do {
      const input = token === undefined ? { StreamName: this.#name } : { NextToken: token };
      const page = await this.#reading.send(new ListShardsCommand(input));
      shards.push(...(page.Shards ?? []));
      token = page.NextToken;
    } while (token !== undefined);
    return shards;
  }
}

/** Where a partition key falls in the 128-bit key space that shards divide among themselves: its MD5. */
function hashOf(partitionKey: string): bigint {
  return BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);
}

function holds({ HashKeyRange }: Shard, hash: bigint): boolean {
  if (HashKeyRange?.StartingHashKey === undefined || HashKeyRange.EndingHashKey === undefined) return true;
  return BigInt(HashKeyRange.StartingHashKey) <= hash && hash <= BigInt(HashKeyRange.EndingHashKey);
}

/** The date of an HTTP answer, in milliseconds since the epoch. */
function dateOf(response: unknown): number | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { date } = response.headers as Readonly<Record<string, string>>;
  const atMs = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(atMs) ? undefined : atMs;
}
