import type { Shard } from '@aws-sdk/client-kinesis';
import { countingFunction, type DeployedSource } from '@tidemark/core/deployment';
import type { Engine } from '@tidemark/local/engine';
import type { EventSourceMapping } from '@tidemark/local/sources/mapping';
import {
  catalogueNames,
  controlDifferences,
  type Differences,
  objectDifferences,
  partialKey,
  seriesDifferences,
} from './differences.ts';
import { type ExpectationOptions, Expectations } from './expectations.ts';
import { figureDifferences, type Put, statisticDifferences } from './figure-differences.ts';
import { type FigureSpans, sincePartials } from './figure-spans.ts';
import { Found, type Item } from './found.ts';
import { FoundFigures } from './found-figures.ts';
import type { Published } from './published.ts';
import type { Outgoing, SentRecord } from './sent.ts';
import { SentStream } from './sent-stream.ts';

export interface WorldOptions extends ExpectationOptions {
  /** What was put while an earlier engine kept the stream. */
  readonly before?: readonly SentRecord[];
  /** What replays have left in the tables, taken for what counting alone would have left there. */
  readonly asCounted?: (found: FoundItems) => FoundItems;
  /** What may be in CloudWatch beside what was published once, by `<metric> <EventName> <minute>`. */
  readonly alsoPut?: () => ReadonlyMap<string, readonly Put[]>;
}

/** Everything in both tables. */
export interface FoundItems {
  readonly partials: readonly Item[];
  readonly control: readonly Item[];
}

/** One source of a running stack: what was sent to it, and what it made of that. */
export class World {
  readonly source: DeployedSource;
  readonly #engine: Engine;
  readonly #published: Published;
  readonly #options: WorldOptions;
  readonly #stream: SentStream;
  readonly #found: Found;
  readonly #figures: FoundFigures;
  readonly #expectations: Expectations;

  constructor(engine: Engine, source: DeployedSource, published: Published, options: WorldOptions = {}) {
    this.source = source;
    this.#engine = engine;
    this.#published = published;
    this.#options = options;
    this.#stream = new SentStream(engine, source.stream, options.before);
    this.#found = new Found(engine, source);
    this.#figures = new FoundFigures(engine, source);
    this.#expectations = new Expectations(source, options);
  }

  close(): void {
    for (const each of [this.#stream, this.#found, this.#figures]) each.close();
  }

  get sentCount(): number {
    return this.#stream.sentCount;
  }

  get countMapping(): EventSourceMapping {
    return this.#mapping(countingFunction(this.source));
  }

  get windowMapping(): EventSourceMapping {
    return this.#mapping(this.source.window?.function);
  }

  get publishMapping(): EventSourceMapping {
    return this.#mapping(this.source.publish);
  }

  get archiveMapping(): EventSourceMapping {
    return this.#mapping(this.source.archive?.function);
  }

  /** Those that count the stream: of counting, of windows or of both. */
  get streamMappings(): readonly EventSourceMapping[] {
    const { count, window } = this.source;
    return [count, window?.function].filter((name) => name !== undefined).map((name) => this.#mapping(name));
  }

  /** Enables or disables all event source mappings, and resolves when it is done. */
  async enable(enabled: boolean): Promise<void> {
    for (const mapping of [...this.streamMappings, this.publishMapping]) {
      mapping.update(enabled);
      await mapping.settled();
    }
  }

  /** Puts the records, in order, and remembers where they stand. */
  put(records: readonly Outgoing[]): Promise<void> {
    return this.#stream.put(records);
  }

  /** Everything that was put, in order. */
  sent(): Promise<readonly SentRecord[]> {
    return this.#stream.sent();
  }

  /** The shards that take records, by their hash keys. */
  openShards(): Promise<Shard[]> {
    return this.#stream.openShards();
  }

  /** Splits an open shard in the middle. */
  split(place: number): Promise<void> {
    return this.#stream.split(place);
  }

  /** Merges an open shard with the next. */
  merge(place: number): Promise<void> {
    return this.#stream.merge(place);
  }

  /**
   * Resolves when everything that was put is counted and nothing is in flight. Batches that gather go out at once; windows stay open.
   */
  async counted(): Promise<void> {
    for (const mapping of this.streamMappings) await mapping.idle({ endWindows: true });
  }

  /** The same, and open windows are closed, before their time. */
  async closed(): Promise<void> {
    for (const mapping of this.streamMappings) await mapping.idle({ closeWindows: true });
  }

  /** Resolves when everything is counted, windows are closed, and all of it is published. */
  async settled(): Promise<void> {
    await this.closed();
    await this.publishMapping.idle({ endWindows: true });
  }

  /** Everything in the tables and in the bucket that is not as what was sent demands. No window is open. */
  async differences(): Promise<Differences> {
    const [found, objects] = await Promise.all([this.#foundItems(), this.#found.objects()]);
    const { partials, control } = found;
    const sent = await this.#stream.sent();
    const expected = this.#expectations.of(sent, catalogueNames(control));
    const names = new Set(sent.flatMap(({ fate }) => (fate.kind === 'event' ? [fate.name] : [])));
    return [
      ...seriesDifferences(expected, partials),
      ...controlDifferences(expected, control, names),
      ...objectDifferences(this.source.name, expected, objects),
    ];
  }

  /** While windows are open: every row that stands in the table holds exactly what its fence says, whatever is still to come. */
  async rowDifferences(): Promise<Differences> {
    const { partials } = await this.#foundItems();
    const fences = new Map(partials.map((item) => [partialKey(item), String(item.LastSequence)]));
    return seriesDifferences(this.#expectations.ofFences(await this.#stream.sent(), fences), partials);
  }

  /**
   * The same of CloudWatch's figures: over by no more than the calls without a marker carried, and never under. `since`: of minutes that begin
   * then, or later.
   */
  async figureDifferences(since: Partial<FigureSpans> = {}): Promise<Differences> {
    const { buckets, window } = this.source;
    const [counts, measures, control] = await Promise.all([
      buckets.length === 0 ? undefined : this.#figures.counts(since.bucket),
      window === undefined ? undefined : this.#figures.measures(since.window),
      this.#found.control(),
    ]);
    const all = this.#expectations.of(await this.#stream.sent(), catalogueNames(control));
    const expected = { ...all, partials: sincePartials(all.partials, since) };
    const unmarked = this.#published.unmarked(this.source.name);
    for (const [key, puts] of this.#options.alsoPut?.() ?? []) {
      unmarked.set(key, [...(unmarked.get(key) ?? []), ...puts]);
    }
    return [
      ...(counts === undefined ? [] : figureDifferences(expected, counts, unmarked)),
      ...(measures === undefined ? [] : statisticDifferences(expected, measures, unmarked)),
    ];
  }

  /** CloudWatch's sum over everything that was counted. */
  async figureSum(): Promise<number> {
    return [...(await this.#figures.counts()).values()].reduce((sum, value) => sum + value, 0);
  }

  /** A sum over the source's ledger. */
  async ledgerSum(column: string, consumer: 'count' | 'window' = 'count'): Promise<number> {
    const control = await this.#found.control();
    const ledgers = control.filter(({ Item }) => String(Item).startsWith(`LEDGER#${consumer}#`));
    return ledgers.reduce((sum, item) => sum + Number(item[column] ?? 0), 0);
  }

  async #foundItems(): Promise<FoundItems> {
    const [partials, control] = await Promise.all([this.#found.partials(), this.#found.control()]);
    const found = { partials, control };
    return this.#options.asCounted?.(found) ?? found;
  }

  #mapping(functionName: string | undefined): EventSourceMapping {
    const mapping = this.#engine.mappings.list().find(({ options }) => options.functionName === functionName);
    if (mapping === undefined) throw new Error(`no event source mapping for ${functionName}`);
    return mapping;
  }
}
