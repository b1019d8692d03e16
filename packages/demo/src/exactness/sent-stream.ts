import {
  KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  PutRecordsCommand,
  type Shard,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import type { Engine } from '@tidemark/local/engine';
import { Arrivals } from './arrivals.ts';
import type { Outgoing, SentRecord } from './sent.ts';

/** PutRecords takes this many. */
const recordsMax = 500;

interface PutRecord extends Omit<SentRecord, 'arrivalMs'> {
  /** Engine time before and after the call that put it. */
  readonly put: { readonly fromMs: number; readonly toMs: number };
}

/** The stream of a source: puts records and remembers where they stand, and reshards. */
export class SentStream {
  readonly #engine: Engine;
  readonly #name: string;
  readonly #kinesis: KinesisClient;
  readonly #arrivals: Arrivals;
  readonly #put: PutRecord[] = [];
  readonly #sent: SentRecord[];

  /** `before`: what was put while an earlier engine kept the stream. */
  constructor(engine: Engine, name: string, before: readonly SentRecord[] = []) {
    this.#engine = engine;
    this.#name = name;
    this.#sent = [...before];
    const { endpoint, region } = engine;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    // One attempt: a call made again would put its records twice.
    this.#kinesis = new KinesisClient({ endpoint, region, credentials, maxAttempts: 1 });
    this.#arrivals = new Arrivals(this.#kinesis, name);
  }

  close(): void {
    this.#kinesis.destroy();
  }

  get sentCount(): number {
    return this.#sent.length + this.#put.length;
  }

  /** Puts the records, in order. */
  async put(records: readonly Outgoing[]): Promise<void> {
    const shards = records.some(({ shard }) => shard !== undefined) ? await this.openShards() : [];
    const { clock } = this.#engine;
    for (let first = 0; first < records.length; first += recordsMax) {
      const part = records.slice(first, first + recordsMax);
      const fromMs = clock.now();
      const { Records = [] } = await this.#kinesis.send(
        new PutRecordsCommand({
          StreamName: this.#name,
          Records: part.map(({ data, partitionKey, shard }) => ({
            Data: data,
            PartitionKey: partitionKey,
            ...(shard === undefined ? {} : { ExplicitHashKey: shards[shard]?.HashKeyRange?.StartingHashKey }),
          })),
        }),
      );
      const put = { fromMs, toMs: clock.now() };
      part.forEach(({ data, partitionKey, fate }, index) => {
        const { ShardId: shardId, SequenceNumber: sequenceNumber, ErrorMessage } = Records[index] ?? {};
        if (shardId === undefined || sequenceNumber === undefined) throw new Error(`not put: ${ErrorMessage}`);
        this.#put.push({ data, partitionKey, fate, shardId, sequenceNumber, put });
      });
    }
  }

  /** Everything that was put, in order. When a record arrived is read back from the stream, which alone knows it. */
  async sent(): Promise<readonly SentRecord[]> {
    const records = [...this.#put];
    const arrivals = await this.#arrivals.of(records);
    for (const { put, ...record } of records) {
      const arrivalMs = arrivals.get(record.sequenceNumber) ?? Number.NaN;
      if (!(arrivalMs >= put.fromMs && arrivalMs <= put.toMs)) {
        throw new Error(
          `${record.sequenceNumber} arrived at ${arrivalMs}, yet was put from ${put.fromMs} to ${put.toMs}`,
        );
      }
      this.#sent.push({ ...record, arrivalMs });
    }
    this.#put.splice(0, records.length);
    return this.#sent;
  }

  /** The shards that take records, by their hash keys. */
  async openShards(): Promise<Shard[]> {
    const { Shards = [] } = await this.#kinesis.send(new ListShardsCommand({ StreamName: this.#name }));
    const open = Shards.filter(({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber === undefined);
    const start = ({ HashKeyRange }: Shard) => BigInt(HashKeyRange?.StartingHashKey ?? 0);
    return open.sort((one, other) => (start(one) < start(other) ? -1 : 1));
  }

  /** Splits an open shard in the middle. */
  async split(place: number): Promise<void> {
    const { ShardId: ShardToSplit, HashKeyRange } = (await this.openShards())[place] ?? {};
    const { StartingHashKey = '0', EndingHashKey = '0' } = HashKeyRange ?? {};
    const NewStartingHashKey = String((BigInt(StartingHashKey) + BigInt(EndingHashKey)) / 2n);
    await this.#kinesis.send(new SplitShardCommand({ StreamName: this.#name, ShardToSplit, NewStartingHashKey }));
  }

  /** Merges an open shard with the next. */
  async merge(place: number): Promise<void> {
    const [one, next] = (await this.openShards()).slice(place);
    const shards = { ShardToMerge: one?.ShardId, AdjacentShardToMerge: next?.ShardId };
    await this.#kinesis.send(new MergeShardsCommand({ StreamName: this.#name, ...shards }));
  }
}
