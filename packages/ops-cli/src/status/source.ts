import { type CatalogueItem, catalogueOf } from '@tidemark/core/control/catalogue';
import type { Floors } from '@tidemark/core/control/floors';
import { controlItems } from '@tidemark/core/control/keys';
import type { DeployedSource } from '@tidemark/core/deployment';
import { type HealthItem, healthKey, readThrough } from '@tidemark/core/health/health';
import type { PublishProgress } from '@tidemark/core/publish/progress';
import type { RunLock } from '@tidemark/core/replay/lock';
import { type ControlItem, Tables } from '../aws/dynamodb.ts';
import { Kinesis } from '../aws/kinesis.ts';
import { readMappings } from '../aws/lambda.ts';
import { readFloors } from '../prune/floors.ts';
import { readTimeline } from '../replay/runs.ts';
import type { Target } from '../target.ts';
import {
  archiverOf,
  type ConsumerStatus,
  consumersOf,
  type Mapping,
  mappingOf,
  type ReaderStatus,
  readConsumer,
  readReader,
} from './consumer.ts';

/** Everything that `status` knows of a source. */
export interface SourceStatus {
  readonly source: DeployedSource;
  readonly nowMs: number;
  /** The readers of its stream that count, buckets first: at least one. */
  readonly consumers: readonly ConsumerStatus[];
  /** Absent where nothing is archived. */
  readonly archive?: ReaderStatus;
  readonly published: PublishProgress;
  readonly series: { readonly admitted: number; readonly cap?: number };
  /** Of the function that publishes. */
  readonly publish: readonly Mapping[];
  /** What is pruned, and what of it was brought back. */
  readonly floors: Floors;
  /** The run that goes on; absent where none does. */
  readonly lock?: RunLock;
  /** When the regular looks came last, milliseconds since the epoch; absent before the first, and where there are none. */
  readonly lastLookMs?: number;
  /** The stream spreads records regardless of their partition keys, and a shard's order means nothing. */
  readonly automaticDistribution: boolean;
}

/** Reads a source's checkpoints, ledgers, catalogue and mappings, and looks at what each shard holds past each checkpoint. */
export async function readSourceStatus(target: Target, source: DeployedSource): Promise<SourceStatus> {
  const tables = new Tables(target.client);
  const kinesis = new Kinesis(target.client);
  try {
    const readers = consumersOf(source);
    const archiver = archiverOf(source);
    const functions = [source.publish, ...[...readers, archiver ?? []].flat().map((each) => each.function)];
    const [[publish = [], ...mappings], stream, shards, published, catalogue, health] = await Promise.all([
      readMappings(target.client, functions),
      kinesis.describe(source.stream),
      kinesis.shards(source.stream),
      tables.controlItems(source.controlTable, source.name, controlItems.checkpointPrefix('publish')),
      tables.catalogue(source.controlTable, source.name),
      tables.controlItem(source.controlTable, source.name, healthKey(source.name).Item),
    ]);
    const shardIds = shards.map(({ ShardId = '' }) => ShardId);
    const lastLook = health as HealthItem | undefined;
    const throughMs = readThrough(lastLook, source.streamArn, await target.nowMs());
    const reach = { source, tables, kinesis, shardIds, throughMs, nowMs: () => target.nowMs() };
    // One after the other: a shard serves few reads a second, the functions' among them.
    const consumers: ConsumerStatus[] = [];
    for (const [index, reader] of readers.entries()) {
      consumers.push(await readConsumer(reach, reader, mappings[index] ?? []));
    }
    const archive = archiver && (await readReader(reach, archiver, mappings.at(-1) ?? []));
    // After the mappings: one that a run has disabled by now was not seen disabled without it.
    const { Lock: lock } = await readTimeline(tables, source);
    const floors = await readFloors(tables, source);
    const nowMs = consumers.at(-1)?.lookedMs ?? (await target.nowMs());
    return {
      source,
      nowMs,
      consumers,
      ...(archive === undefined ? {} : { archive }),
      published: addPublished(published),
      series: seriesOf(catalogue, nowMs),
      floors,
      publish: publish.map(mappingOf),
      ...(lock === undefined ? {} : { lock }),
      ...(lastLook === undefined ? {} : { lastLookMs: lastLook.LookedMs }),
      automaticDistribution: stream.RecordDistributionStrategy === 'AUTO',
    };
  } finally {
    tables.close();
    kinesis.close();
  }
}

/** One item a table stream: a restored table begins another. */
function addPublished(items: readonly ControlItem[]): PublishProgress {
  const sum = (field: keyof PublishProgress): number =>
    items.reduce((all, item) => all + (typeof item[field] === 'number' ? item[field] : 0), 0);
  const latest = items.reduce(
    (most, { ChangedMs }) => (typeof ChangedMs === 'number' ? Math.max(most, ChangedMs) : most),
    0,
  );
  return {
    Published: sum('Published'),
    Readings: sum('Readings'),
    TooOld: sum('TooOld'),
    TooNew: sum('TooNew'),
    Pruned: sum('Pruned'),
    Removed: sum('Removed'),
    Recounted: sum('Recounted'),
    Foreign: sum('Foreign'),
    PublishedTwice: sum('PublishedTwice'),
    ChangedMs: latest,
  };
}

function seriesOf(item: CatalogueItem | undefined, nowMs: number): SourceStatus['series'] {
  if (item === undefined) return { admitted: 0 };
  return { admitted: item.Names.length, cap: catalogueOf(item).capAt(nowMs) };
}
