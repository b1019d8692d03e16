import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import { type CatalogueItem, catalogueOf } from '@tidemark/core/control/catalogue';
import type { CheckpointItem } from '@tidemark/core/control/checkpoint';
import { controlItems } from '@tidemark/core/control/keys';
import { countingFunction, type DeployedSource } from '@tidemark/core/deployment';
import type { PublishProgress } from '@tidemark/core/publish/progress';
import { decodeSequence } from '@tidemark/core/series/sequence';
import { type ControlItem, Tables } from '../aws/dynamodb.ts';
import { Kinesis } from '../aws/kinesis.ts';
import { readMappings } from '../aws/lambda.ts';
import { mapInParallel } from '../parallel.ts';
import type { Target } from '../target.ts';
import { type LedgerStatus, ledgerStatus } from './ledger.ts';
import { completeThrough, type ShardStatus, shardStatus } from './shard.ts';

/** Everything that `status` knows of a source. */
export interface SourceStatus {
  readonly source: DeployedSource;
  readonly nowMs: number;
  readonly shards: readonly ShardStatus[];
  readonly completeThroughMs: number;
  readonly ledger: LedgerStatus;
  readonly published: PublishProgress;
  readonly series: { readonly admitted: number; readonly cap?: number };
  readonly mappings: { readonly count: readonly Mapping[]; readonly publish: readonly Mapping[] };
  /** The stream spreads records regardless of their partition keys, and a shard's order means nothing. */
  readonly automaticDistribution: boolean;
}

export interface Mapping {
  readonly state: string;
  /** Lambda's word on the last invocation: `OK`, `No records processed`, `PROBLEM: ...`. */
  readonly lastResult?: string;
  readonly parallelizationFactor: number;
}

const peeksMax = 10;
/** On top of the batching window: an invocation and its retries may take this long before anyone need worry. */
const patienceMs = 2 * 60_000;
const dayMs = 86_400_000;

/** Reads a source's checkpoints, ledger, catalogue and mappings, and looks at what each shard holds past its checkpoint. */
export async function readSourceStatus(target: Target, source: DeployedSource): Promise<SourceStatus> {
  const tables = new Tables(target.client);
  const kinesis = new Kinesis(target.client);
  const items = (prefix: string): Promise<ControlItem[]> =>
    tables.controlItems(source.controlTable, source.name, prefix);
  try {
    const [[count = [], publish = []], stream, shardList, ledger, published, catalogue] = await Promise.all([
      readMappings(target.client, [countingFunction(source), source.publish]),
      kinesis.describe(source.stream),
      kinesis.shards(source.stream),
      items(controlItems.ledgerPrefix('count')),
      items(controlItems.checkpointPrefix('publish')),
      tables.catalogue(source.controlTable, source.name),
    ]);
    const windowMs = Math.max(0, ...count.map((each) => (each.MaximumBatchingWindowInSeconds ?? 0) * 1000));
    const checkpoints = checkpointsByShard(await items(controlItems.checkpointPrefix('count')));
    const peeks = await mapInParallel(shardList, peeksMax, async ({ ShardId: shardId = '' }) => {
      const checkpoint = checkpoints.get(shardId);
      const after = checkpoint === undefined ? undefined : decodeSequence(checkpoint.LastSequence);
      return { shardId, checkpoint, peek: await kinesis.peek(source.stream, shardId, after) };
    });
    // After the looks: whatever waits was on the stream by now.
    const nowMs = await target.nowMs();
    const shards = peeks.map(({ shardId, checkpoint, peek }) => {
      const facts = { shardId, peek, nowMs, stalledLagMs: windowMs + patienceMs };
      return shardStatus(checkpoint === undefined ? facts : { ...facts, checkpoint });
    });
    return {
      source,
      nowMs,
      shards,
      completeThroughMs: completeThrough(shards, nowMs),
      ledger: ledgerStatus(ledger, new Date(nowMs - dayMs).toISOString().slice(0, 10)),
      published: addPublished(published),
      series: seriesOf(catalogue, nowMs),
      mappings: { count: count.map(mappingOf), publish: publish.map(mappingOf) },
      automaticDistribution: stream.RecordDistributionStrategy === 'AUTO',
    };
  } finally {
    tables.close();
    kinesis.close();
  }
}

function checkpointsByShard(items: readonly ControlItem[]): Map<string, CheckpointItem> {
  const prefix = controlItems.checkpointPrefix('count');
  return new Map(items.map((item) => [item.Item.slice(prefix.length), item as unknown as CheckpointItem]));
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

function mappingOf(mapping: EventSourceMappingConfiguration): Mapping {
  const { State = 'unknown', LastProcessingResult, ParallelizationFactor = 1 } = mapping;
  const base = { state: State, parallelizationFactor: ParallelizationFactor };
  return LastProcessingResult === undefined ? base : { ...base, lastResult: LastProcessingResult };
}
