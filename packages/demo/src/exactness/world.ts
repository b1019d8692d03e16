import {
  KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  PutRecordsCommand,
  type Shard,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { countingFunction, type DeployedSource } from '@tidemark/core/deployment';
import type { Engine } from '@tidemark/local/engine';
import type { EventSourceMapping } from '@tidemark/local/sources/mapping';
import {
  catalogueNames,
  controlDifferences,
  type Differences,
  figureDifferences,
  objectDifferences,
  seriesDifferences,
} from './differences.ts';
import { Found } from './found.ts';
import type { Published } from './published.ts';
import { expectedOf, type Fate, type Rules, type SentRecord } from './sent.ts';

/** A record to put. */
export interface Outgoing {
  readonly data: Buffer;
  readonly fate: Fate;
  readonly partitionKey: string;
  /** Which open shard takes it, by its place; without it the partition key decides. */
  readonly shard?: number;
}

export interface WorldOptions {
  readonly floorMs?: Rules['floorMs'];
  /** How many names have series of their own; without end where it is not told. */
  readonly maxSeries?: number;
}

/** PutRecords takes this many. */
const recordsMax = 500;

/** One source of a running stack: what was sent to it, and what it made of that. */
export class World {
  readonly source: DeployedSource;
  readonly #engine: Engine;
  readonly #published: Published;
  readonly #options: WorldOptions;
  readonly #kinesis: KinesisClient;
  readonly #found: Found;
  readonly #sent: SentRecord[] = [];

  constructor(engine: Engine, source: DeployedSource, published: Published, options: WorldOptions = {}) {
    this.source = source;
    this.#engine = engine;
    this.#published = published;
    this.#options = options;
    const { endpoint, region } = engine;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    // One attempt: a call made again would put its records twice.
    this.#kinesis = new KinesisClient({ endpoint, region, credentials, maxAttempts: 1 });
    this.#found = new Found(engine, source);
  }

  close(): void {
    this.#kinesis.destroy();
    this.#found.close();
  }

  get sentCount(): number {
    return this.#sent.length;
  }

  get countMapping(): EventSourceMapping {
    return this.#mapping(countingFunction(this.source));
  }

  get publishMapping(): EventSourceMapping {
    return this.#mapping(this.source.publish);
  }

  /** Enables or disables both event source mappings, and resolves when it is done. */
  async enable(enabled: boolean): Promise<void> {
    for (const mapping of [this.countMapping, this.publishMapping]) {
      mapping.update(enabled);
      await mapping.settled();
    }
  }

  /** Puts the records, in order, and remembers where they stand. */
  async put(records: readonly Outgoing[]): Promise<void> {
    const shards = records.some(({ shard }) => shard !== undefined) ? await this.openShards() : [];
    const { clock } = this.#engine;
    for (let first = 0; first < records.length; first += recordsMax) {
      const part = records.slice(first, first + recordsMax);
      const from = clock.now();
      const { Records = [] } = await this.#kinesis.send(
        new PutRecordsCommand({
          StreamName: this.source.stream,
          Records: part.map(({ data, partitionKey, shard }) => ({
            Data: data,
            PartitionKey: partitionKey,
            ...(shard === undefined ? {} : { ExplicitHashKey: shards[shard]?.HashKeyRange?.StartingHashKey }),
          })),
        }),
      );
      const arrivalMs = { from, to: clock.now() };
      part.forEach(({ data, partitionKey, fate }, index) => {
        const { ShardId: shardId, SequenceNumber: sequenceNumber, ErrorMessage } = Records[index] ?? {};
        if (shardId === undefined || sequenceNumber === undefined) throw new Error(`not put: ${ErrorMessage}`);
        this.#sent.push({ data, partitionKey, fate, shardId, sequenceNumber, arrivalMs });
      });
    }
  }

  /** The shards that take records, by their hash keys. */
  async openShards(): Promise<Shard[]> {
    const { Shards = [] } = await this.#kinesis.send(new ListShardsCommand({ StreamName: this.source.stream }));
    const open = Shards.filter(({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber === undefined);
    const start = ({ HashKeyRange }: Shard) => BigInt(HashKeyRange?.StartingHashKey ?? 0);
    return open.sort((one, other) => (start(one) < start(other) ? -1 : 1));
  }

  /** Splits an open shard in the middle. */
  async split(place: number): Promise<void> {
    const { ShardId: ShardToSplit, HashKeyRange } = (await this.openShards())[place] ?? {};
    const { StartingHashKey = '0', EndingHashKey = '0' } = HashKeyRange ?? {};
    const NewStartingHashKey = String((BigInt(StartingHashKey) + BigInt(EndingHashKey)) / 2n);
    const StreamName = this.source.stream;
    await this.#kinesis.send(new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey }));
  }

  /** Merges an open shard with the next. */
  async merge(place: number): Promise<void> {
    const [one, next] = (await this.openShards()).slice(place);
    const shards = { ShardToMerge: one?.ShardId, AdjacentShardToMerge: next?.ShardId };
    await this.#kinesis.send(new MergeShardsCommand({ StreamName: this.source.stream, ...shards }));
  }

  /** Resolves when everything that was put is counted and nothing is in flight. Batches that gather go out at once. */
  counted(): Promise<void> {
    return this.countMapping.idle({ endWindows: true });
  }

  /** Resolves when everything is counted and published. */
  async settled(): Promise<void> {
    await this.counted();
    await this.publishMapping.idle({ endWindows: true });
  }

  /** Everything in the tables and in the bucket that is not as what was sent demands. */
  async differences(): Promise<Differences> {
    const [partials, control, objects] = await Promise.all([
      this.#found.partials(),
      this.#found.control(),
      this.#found.objects(),
    ]);
    const { expected, names } = this.#expected(catalogueNames(control));
    return [
      ...seriesDifferences(expected, partials),
      ...controlDifferences(expected, control, names),
      ...objectDifferences(this.source.name, expected, objects),
    ];
  }

  /** The same of CloudWatch's figures: over by no more than the calls without a marker carried, and never under. */
  async figureDifferences(): Promise<Differences> {
    const [figures, control] = await Promise.all([this.#found.figures(), this.#found.control()]);
    const { expected } = this.#expected(catalogueNames(control));
    return figureDifferences(expected, figures, this.#published.unmarked(this.source.name));
  }

  /** CloudWatch's sum over everything. */
  async figureSum(): Promise<number> {
    return [...(await this.#found.figures()).values()].reduce((sum, value) => sum + value, 0);
  }

  /** A sum over the source's ledger. */
  async ledgerSum(column: string): Promise<number> {
    const ledgers = (await this.#found.control()).filter(({ Item }) => String(Item).startsWith('LEDGER#'));
    return ledgers.reduce((sum, item) => sum + Number(item[column] ?? 0), 0);
  }

  /** Past the cap, which names came first is what the catalogue alone knows: it must then be full. */
  #expected(admitted: readonly string[]) {
    const names = new Set(this.#sent.flatMap(({ fate }) => (fate.kind === 'event' ? [fate.name] : [])));
    const { maxSeries = Number.POSITIVE_INFINITY, floorMs = {} } = this.#options;
    const series = new Set(admitted.slice(0, maxSeries));
    const isFull = series.size === maxSeries;
    const { name: source, buckets: sizes } = this.source;
    const isSeries = (name: string) => !isFull || series.has(name);
    return { names, expected: expectedOf(this.#sent, { source, sizes, floorMs, isSeries }) };
  }

  #mapping(functionName: string): EventSourceMapping {
    const mapping = this.#engine.mappings.list().find(({ options }) => options.functionName === functionName);
    if (mapping === undefined) throw new Error(`no event source mapping for ${functionName}`);
    return mapping;
  }
}
