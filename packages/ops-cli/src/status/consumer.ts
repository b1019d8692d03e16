import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import type { CheckpointItem } from '@tidemark/core/control/checkpoint';
import { controlItems, type StreamConsumer, type StreamReader } from '@tidemark/core/control/keys';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { ReadThrough } from '@tidemark/core/health/health';
import { peekPlace } from '@tidemark/core/health/peek';
import { type ReaderProgress, readerProgress, windowRestMs } from '@tidemark/core/health/reader';
import type { ControlItem, Tables } from '../aws/dynamodb.ts';
import type { Kinesis } from '../aws/kinesis.ts';
import { mapInParallel } from '../parallel.ts';
import { type LedgerStatus, ledgerStatus } from './ledger.ts';

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
export interface ReaderStatus extends Reader, ReaderProgress {
  readonly mappings: readonly Mapping[];
}

export interface ConsumerStatus extends ReaderStatus {
  readonly consumer: StreamConsumer;
  readonly ledger: LedgerStatus;
  /** What it adds up: one of every day and shard. */
  readonly ledgerItems: readonly ControlItem[];
}

const peeksMax = 10;
const dayMs = 86_400_000;

/** Counting first. At least one: a source has buckets, a window, or both. */
export function consumersOf({ count, window }: DeployedSource): Consumer[] {
  const consumers: Consumer[] = [];
  if (count !== undefined) consumers.push({ consumer: 'count', function: count, restMsMax: 0 });
  if (window !== undefined) {
    consumers.push({ consumer: 'window', function: window.function, restMsMax: windowRestMs(window.seconds) });
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
  /** What the last regular look has found. */
  readonly throughMs: ReadThrough;
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
  { source, tables, kinesis, shardIds, throughMs, nowMs }: Reach,
  reader: Reader,
  mappings: readonly EventSourceMappingConfiguration[],
): Promise<ReaderStatus> {
  const prefix = controlItems.checkpointPrefix(reader.consumer);
  const items = await tables.controlItems(source.controlTable, source.name, prefix);
  const checkpoints = new Map(items.map((item) => [item.Item.slice(prefix.length), item as unknown as CheckpointItem]));
  const looks = await mapInParallel(shardIds, peeksMax, async (shardId) => {
    const checkpoint = checkpoints.get(shardId);
    const place = peekPlace(checkpoint, throughMs[reader.consumer]);
    return { shardId, checkpoint, peek: await kinesis.peek(source.stream, shardId, place) };
  });
  const gatheringMs = Math.max(0, ...mappings.map((each) => (each.MaximumBatchingWindowInSeconds ?? 0) * 1000));
  const progress = readerProgress(looks, await nowMs(), reader.restMsMax + gatheringMs);
  return { ...reader, ...progress, mappings: mappings.map(mappingOf) };
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
