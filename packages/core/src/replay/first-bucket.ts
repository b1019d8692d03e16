import type { Floors } from '../control/floors.ts';
import type { StreamConsumer } from '../control/keys.ts';
import { aheadOfArrivalMsMax } from '../limits.ts';
import type { SpanSize } from '../series/key.ts';
import type { Fence } from '../series/sequence.ts';
import { firstStart } from './compare.ts';
import { earliestMs } from './timeline.ts';

/** Where a consumer of live counting began with a shard, and where it stands, by its checkpoint. */
export interface LiveBeginning {
  /** The first record of the shard that the consumer ever saw; absent or empty on checkpoints that are older than this field. */
  readonly FirstSequence?: Fence;
  readonly ArrivalMs: number;
}

/** What is known of a shard that was ever counted, when the recount has begun with it or found nothing to begin with. */
export interface ShardBeginning {
  readonly shardId: string;
  /** Of each consumer that has a checkpoint of the shard. */
  readonly live: Readonly<Partial<Record<StreamConsumer, LiveBeginning>>>;
  /** The first record that the recount handled; absent where the stream held none. */
  readonly recount?: { readonly FirstSequence: Fence; readonly FirstArrivalMs: number };
  /**
   * Everything of the shard that arrived from this moment on was on the stream when the recount read it, as a look has shown: an older
   * record is still there. Absent where nobody looked, or the look showed no such thing.
   */
  readonly heldFromMs?: number;
}

/**
 * How much earlier than the record before it a record may seem to have arrived, in milliseconds: arrivals are stamped by many machines. A record that left
 * the stream may then have arrived a little after the first that did not.
 */
export const arrivalDisorderMs = 60_000;

/**
 * T: buckets and windows that start at or after it are wholly counted by the recount. Events may lie two hours ahead of their arrival. A
 * shard that the recount has from the very first record that Tidemark ever saw of it does not count. `wantedMs`: no bucket before it is wanted.
 */
export function firstBucketMs(shards: readonly ShardBeginning[], wantedMs: number = earliestMs): number {
  const bounds = shards.filter((shard) => wasCounted(shard) && !isExempt(shard)).map(surelyWholeFrom);
  return Math.max(wantedMs, earliestMs, ...bounds);
}

/** Whether the recount saw everything of the shard that live counting ever saw. */
export function isExempt({ live, recount }: ShardBeginning): boolean {
  const consumers = Object.values(live);
  return (
    recount !== undefined &&
    consumers.length > 0 &&
    consumers.every(({ FirstSequence }) => FirstSequence !== undefined && recount.FirstSequence <= FirstSequence)
  );
}

/** T of each size, as the start of a bucket or window: none below a prune floor comes back. */
export function firstBySize(
  firstMs: number,
  sizes: readonly SpanSize[],
  floors: Floors,
): Readonly<Partial<Record<SpanSize, number>>> {
  return Object.fromEntries(
    sizes.map((size) => [size, firstStart(size, Math.max(firstMs, floors.highestFloor(size)))]),
  );
}

function wasCounted({ live, recount }: ShardBeginning): boolean {
  return recount !== undefined || Object.keys(live).length > 0;
}

/** From when on the recount has every event of a shard. */
function surelyWholeFrom({ live, recount, heldFromMs }: ShardBeginning): number {
  const seenFromMs =
    recount?.FirstArrivalMs ?? Math.max(earliestMs, ...Object.values(live).map(({ ArrivalMs }) => ArrivalMs));
  const disorderly = seenFromMs + arrivalDisorderMs;
  return (heldFromMs === undefined ? disorderly : Math.min(disorderly, heldFromMs)) + aheadOfArrivalMsMax;
}
