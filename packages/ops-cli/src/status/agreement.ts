import type { ControlItem } from '../aws/dynamodb.ts';
import type { ConsumerStatus } from './consumer.ts';
import { ledgerCounts, ledgerPlace } from './ledger.ts';

const dayMs = 86_400_000;
/** Arrivals may go backwards a little: a day is over on a shard when this much more is handled. Milliseconds. */
const overMs = 60_000;

/**
 * `2026-11-20 shardId-000000000000` of each ledger item that two readers of the stream wrote differently although both have handled the
 * same records. There must be none: what becomes of a record is decided alike.
 *
 * The items of a day and shard are of the same records when their fences are equal, or when both readers are past the day. On
 * the first day of either, one may have begun where the stream had lost records that the other had seen: then items that
 * received unlike numbers say nothing.
 */
export function ledgerDisagreements(one: ConsumerStatus, other: ConsumerStatus): string[] {
  const [ones, others] = [byPlace(one), byPlace(other)];
  const firstDays = [firstDayOf(ones), firstDayOf(others)].toSorted();
  const places = [...new Set([...ones.keys(), ...others.keys()])].toSorted();
  return places.filter((place) => {
    const [day = '', shardId = ''] = place.split(' ');
    const [mine, theirs] = [ones.get(place), others.get(place)];
    const isSameFence = mine?.LastSequence === theirs?.LastSequence;
    if (!isSameFence && !(isPast(one, day, shardId) && isPast(other, day, shardId))) return false;
    if (countsOf(mine) === countsOf(theirs)) return false;
    return day > (firstDays.at(-1) ?? '') || receivedOf(mine) === receivedOf(theirs);
  });
}

function byPlace({ ledgerItems }: ConsumerStatus): Map<string, ControlItem> {
  return new Map(ledgerItems.map((item) => [ledgerPlace(item), item]));
}

/** Later than every day where nothing was handled yet. */
function firstDayOf(items: ReadonlyMap<string, ControlItem>): string {
  return [...items.keys()].map((place) => place.split(' ')[0] ?? '').toSorted()[0] ?? '9999';
}

/** Whether a reader has handled everything of that shard that arrived on that day. Of a shard that the stream has forgotten nothing is known. */
function isPast({ shards, lookedMs }: ConsumerStatus, day: string, shardId: string): boolean {
  const shard = shards.find((each) => each.shardId === shardId);
  return shard !== undefined && (shard.completeThroughMs ?? lookedMs) >= Date.parse(day) + dayMs + overMs;
}

/** Everything but the redelivered, which every reader has its own of. */
function countsOf(item: ControlItem | undefined): string {
  const { Redelivered: _, ...counts } = ledgerCounts(item ?? {});
  return JSON.stringify(counts);
}

function receivedOf(item: ControlItem | undefined): number {
  return ledgerCounts(item ?? {}).Received;
}
