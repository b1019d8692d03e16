import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import type { CheckpointItem } from '@tidemark/core/control/checkpoint';
import { controlItems, type StreamConsumer, type StreamReader } from '@tidemark/core/control/keys';
import type { DeployedSource } from '@tidemark/core/deployment';
import { decodeSequence } from '@tidemark/core/series/sequence';
import type { ControlItem, Tables } from '../aws/dynamodb.ts';
import type { Kinesis, Peek } from '../aws/kinesis.ts';
import { mapInParallel } from '../parallel.ts';
import { type LedgerStatus, ledgerStatus } from './ledger.ts';
import { completeThrough, type ShardStatus, shardStatus } from './shard.ts';

/** A reader of the stream, as a source is deployed with it. */
export interface Reader {
  readonly consumer: StreamReader;
  /** Name of its function. */
  readonly function: string;
  /** How long a record may rest in the state of a window before it is written, in milliseconds; 0 for the others. */
  readonly restMsMax: number;
}

/** A reader that decides what becomes of records, and keeps a ledger of it. */
export interface Consumer extends Reader {
  readonly consumer: StreamConsumer;
}

/** What Lambda says of an event source mapping. */
export interface Mapping {
  readonly state: string;
  /** Lambda's word on the last invocation: `OK`, `No records processed`, `PROBLEM: ...`. */
  readonly lastResult?: string;
  readonly parallelizationFactor: number;
  /** Absent where the mapping has none. */
  readonly tumblingWindowSeconds?: number;
}

/** How far one reader of the stream is. */
export interface ReaderStatus extends Reader {
  readonly mappings: readonly Mapping[];
  readonly shards: readonly ShardStatus[];
  readonly completeThroughMs: number;
  /** When the last look at a shard was over, milliseconds since the epoch. */
  readonly lookedMs: number;
}

export interface ConsumerStatus extends ReaderStatus {
  readonly consumer: StreamConsumer;
  readonly ledger: LedgerStatus;
  /** What it adds up: one of every day and shard. */
  readonly ledgerItems: readonly ControlItem[];
}

/** Lambda closes a window whose shard falls silent up to two minutes late. */
const lateClosingMsMax = 2 * 60_000;
/** On top of everything that is foreseen: an invocation and its retries may take this long before anyone need worry. */
const patienceMs = 2 * 60_000;
const peeksMax = 10;
const dayMs = 86_400_000;

/** Counting first. At least one: a source has buckets, a window, or both. */
export function consumersOf({ count, window }: DeployedSource): Consumer[] {
  const consumers: Consumer[] = [];
  if (count !== undefined) consumers.push({ consumer: 'count', function: count, restMsMax: 0 });
  if (window !== undefined) {
    const restMsMax = window.seconds * 1000 + lateClosingMsMax;
    consumers.push({ consumer: 'window', function: window.function, restMsMax });
  }
  return consumers;
}

/** What archives; undefined where nothing does. */
export function archiverOf({ archive }: DeployedSource): Reader | undefined {
  return archive && { consumer: 'archive', function: archive.function, restMsMax: 0 };
}

export interface Reach {
  readonly source: DeployedSource;
  readonly tables: Tables;
  readonly kinesis: Kinesis;
  readonly shardIds: readonly string[];
  readonly nowMs: () => Promise<number>;
}

/** As any reader, and then its ledger, which is as new at least. */
export async function readConsumer(
  reach: Reach,
  consumer: Consumer,
  mappings: readonly EventSourceMappingConfiguration[],
): Promise<ConsumerStatus> {
  const { source, tables } = reach;
  const read = await readReader(reach, consumer, mappings);
  const prefix = controlItems.ledgerPrefix(consumer.consumer);
  const ledgerItems = await tables.controlItems(source.controlTable, source.name, prefix);
  const recentDay = new Date(read.lookedMs - dayMs).toISOString().slice(0, 10);
  return { ...read, consumer: consumer.consumer, ledger: ledgerStatus(ledgerItems, recentDay), ledgerItems };
}

/** Reads a reader's checkpoints, and looks at what each shard holds past its checkpoint. */
export async function readReader(
  { source, tables, kinesis, shardIds, nowMs }: Reach,
  reader: Reader,
  mappings: readonly EventSourceMappingConfiguration[],
): Promise<ReaderStatus> {
  const prefix = controlItems.checkpointPrefix(reader.consumer);
  const items = await tables.controlItems(source.controlTable, source.name, prefix);
  const checkpoints = new Map(items.map((item) => [item.Item.slice(prefix.length), item as unknown as CheckpointItem]));
  const looks = await mapInParallel(shardIds, peeksMax, async (shardId) => {
    const checkpoint = checkpoints.get(shardId);
    const after = checkpoint === undefined ? undefined : decodeSequence(checkpoint.LastSequence);
    return { shardId, checkpoint, peek: await kinesis.peek(source.stream, shardId, after) };
  });
  // After the looks: whatever waits was on the stream by now.
  const lookedMs = await nowMs();
  const gatheringMs = Math.max(0, ...mappings.map((each) => (each.MaximumBatchingWindowInSeconds ?? 0) * 1000));
  const stalledLagMs = reader.restMsMax + gatheringMs + patienceMs;
  const shards = looks.map((look) => statusOf(look, lookedMs, stalledLagMs));
  return {
    ...reader,
    mappings: mappings.map(mappingOf),
    shards,
    completeThroughMs: completeThrough(shards, lookedMs),
    lookedMs,
  };
}

interface Look {
  readonly shardId: string;
  readonly checkpoint: CheckpointItem | undefined;
  readonly peek: Peek;
}

function statusOf({ shardId, checkpoint, peek }: Look, nowMs: number, stalledLagMs: number): ShardStatus {
  const facts = { shardId, peek, nowMs, stalledLagMs };
  return shardStatus(checkpoint === undefined ? facts : { ...facts, checkpoint });
}

export function mappingOf(mapping: EventSourceMappingConfiguration): Mapping {
  const { State = 'unknown', LastProcessingResult, ParallelizationFactor = 1, TumblingWindowInSeconds = 0 } = mapping;
  return {
    state: State,
    parallelizationFactor: ParallelizationFactor,
    ...(LastProcessingResult === undefined ? {} : { lastResult: LastProcessingResult }),
    ...(TumblingWindowInSeconds === 0 ? {} : { tumblingWindowSeconds: TumblingWindowInSeconds }),
  };
}
