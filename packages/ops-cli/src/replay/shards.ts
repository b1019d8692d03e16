import type { CheckpointItem, RecountCheckpointItem } from '@tidemark/core/control/checkpoint';
import { controlItems, type Recount, recountOf, type StreamConsumer } from '@tidemark/core/control/keys';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { Tables } from '../aws/dynamodb.ts';
import { consumersOf } from '../status/consumer.ts';

/** How far a recount is with one shard. */
export interface ShardPosition {
  readonly shardId: string;
  /** Arrival of the first record that was recounted, and of the last; absent before the first. Milliseconds since the epoch. */
  readonly recount?: { readonly fromMs: number; readonly atMs: number };
  /** Arrival of the last record that live counting has handled; absent where it has not begun with the shard. */
  readonly liveMs?: number;
  /** How far the recount is behind live counting, by arrival, in milliseconds; absent where one of the two has not begun. */
  readonly behindMs?: number;
}

/** Reads the checkpoints of a recount and of live counting: newer than what the run itself was told. By shard. */
export async function readPositions(
  tables: Tables,
  source: DeployedSource,
  generation: number,
): Promise<ShardPosition[]> {
  const read = (reader: StreamConsumer | Recount) => checkpointsOf(tables, source, reader);
  // The recount first: it may not seem to be ahead of what is counted only now.
  const recounts = await read(recountOf(generation));
  const live = await Promise.all(consumersOf(source).map(({ consumer }) => read(consumer)));
  const shardIds = new Set([recounts, ...live].flatMap((each) => [...each.keys()]));
  return [...shardIds].sort().map((shardId) => {
    const furthest = live
      .flatMap((each) => each.get(shardId) ?? [])
      .sort((one, other) => (one.LastSequence < other.LastSequence ? 1 : -1))[0];
    return positionOf(shardId, recounts.get(shardId) as RecountCheckpointItem | undefined, furthest);
  });
}

function positionOf(
  shardId: string,
  recount: RecountCheckpointItem | undefined,
  live: CheckpointItem | undefined,
): ShardPosition {
  const isLevel = recount !== undefined && live !== undefined && recount.LastSequence >= live.LastSequence;
  return {
    shardId,
    ...(recount === undefined ? {} : { recount: { fromMs: recount.FirstArrivalMs, atMs: recount.ArrivalMs } }),
    ...(live === undefined ? {} : { liveMs: live.ArrivalMs }),
    ...(recount === undefined || live === undefined
      ? {}
      : { behindMs: isLevel ? 0 : Math.max(0, live.ArrivalMs - recount.ArrivalMs) }),
  };
}

async function checkpointsOf(
  tables: Tables,
  source: DeployedSource,
  reader: StreamConsumer | Recount,
): Promise<Map<string, CheckpointItem>> {
  const prefix = controlItems.checkpointPrefix(reader);
  const items = await tables.controlItems(source.controlTable, source.name, prefix);
  return new Map(items.map((item) => [item.Item.slice(prefix.length), item as unknown as CheckpointItem]));
}
