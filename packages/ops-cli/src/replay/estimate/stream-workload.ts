import type { CheckpointItem } from '@tidemark/core/control/checkpoint';
import { controlItems } from '@tidemark/core/control/keys';
import type { DeployedSource } from '@tidemark/core/deployment';
import { aheadOfArrivalMsMax } from '@tidemark/core/limits';
import { pipeFromMs } from '@tidemark/core/replay/pipe-start';
import type { Tables } from '../../aws/dynamodb.ts';
import type { Kinesis } from '../../aws/kinesis.ts';
import type { Objects } from '../../aws/s3.ts';
import { renderInstant } from '../../render.ts';
import { consumersOf } from '../../status/consumer.ts';
import { eventBytes, eventsSince } from './events.ts';
import type { Workload } from './workload.ts';

/** What an estimate reads from. */
export interface EstimateReach {
  readonly source: DeployedSource;
  readonly tables: Tables;
  readonly kinesis: Kinesis;
  readonly objects: Objects;
  readonly nowMs: number;
}

const hourMs = 3_600_000;

/** What a replay has to read: what the stream holds, from two hours before the first bucket that is wanted. */
export async function streamWorkload(reach: EstimateReach, from: 'trim-horizon' | number): Promise<Workload> {
  const { source, tables, kinesis, nowMs } = reach;
  const consumer = consumersOf(source)[0]?.consumer ?? 'count';
  const read = (prefix: string) => tables.controlItems(source.controlTable, source.name, prefix);
  const [stream, listed, ledger, checkpoints, catalogue] = await Promise.all([
    kinesis.describe(source.stream),
    kinesis.shards(source.stream),
    read(controlItems.ledgerPrefix(consumer)),
    read(controlItems.checkpointPrefix(consumer)),
    tables.catalogue(source.controlTable, source.name),
  ]);
  const horizonMs = nowMs - (stream.RetentionPeriodHours ?? 24) * hourMs;
  const firsts = checkpoints.map((item) => (item as unknown as CheckpointItem).FirstArrivalMs ?? 0);
  // Of a shard whose first record ever is still on the stream, everything is.
  const wholeFromMs = firsts.every((firstMs) => firstMs > horizonMs) ? undefined : horizonMs + aheadOfArrivalMsMax;
  const arrivalsFromMs = Math.max(horizonMs, from === 'trim-horizon' ? horizonMs : pipeFromMs(from));
  const shardIds = listed.map(({ ShardId = '' }) => ShardId);
  const events = eventsSince(ledger, arrivalsFromMs, nowMs);
  const perEvent = await eventBytes(kinesis, source.stream, shardIds, arrivalsFromMs);
  const firstMs = from === 'trim-horizon' ? wholeFromMs : Math.max(from, wholeFromMs ?? from);
  return {
    ...{ source, nowMs, arrivalsFromMs },
    ...(firstMs === undefined ? {} : { firstMs }),
    series: (catalogue?.Names.length ?? 0) + 1,
    shards: shardIds.map((shardId) => ({
      ...{ shardId, events: Math.round(events.get(shardId) ?? 0) },
      bytes: Math.round((events.get(shardId) ?? 0) * perEvent),
    })),
    isOnDemand: stream.StreamModeDetails?.StreamMode === 'ON_DEMAND',
    remarks: from !== 'trim-horizon' && firstMs !== undefined && firstMs > from ? [tooOld(source, firstMs)] : [],
  };
}

function tooOld({ archive }: DeployedSource, firstMs: number): string {
  const rest = archive === undefined ? 'those before keep their counts' : 'those before take a backfill';
  return `the stream holds whole only buckets from about ${renderInstant(firstMs)} on: ${rest}`;
}
