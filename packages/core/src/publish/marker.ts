import { controlItems } from '../control/keys.ts';
import type { PublishCall } from './call.ts';
import type { TableStreamRecord } from './change.ts';
import type { Position } from './position.ts';
import { positionOf } from './position.ts';

/**
 * Publishing's checkpoint: what one PutMetricData call has published, written after it.
 *
 * A DynamoDB stream's event does not name its shard, so that there is no key for one checkpoint a shard. Instead each
 * call leaves a marker under the position of its last record. Calls are made in the shard's order and each ends a prefix
 * of its batch: whoever meets a marker's last record knows that everything up to it in that shard is published, and
 * whoever meets a marker's first record knows it of everything up to its last. The event id in a position makes sure
 * that the marker is of the same shard, since sequence numbers of different shards do not compare.
 */
export interface PublishMarker {
  readonly Source: string;
  /** `PUBLISHED#<position of the last record>`. */
  readonly Item: string;
  readonly First: Position;
  /** The invocation that wrote it: tells its own repeated write from another's. */
  readonly Invocation: string;
  /** Seconds since the epoch; DynamoDB deletes the marker some time after. */
  readonly ExpiresAt: number;
}

/** The stream keeps records for a day; markers stay for two. */
const markerSeconds = 2 * 24 * 60 * 60;

export function makeMarker(source: string, call: PublishCall, invocation: string, nowMs: number): PublishMarker {
  return {
    Source: source,
    Item: controlItems.published(call.last),
    First: call.first,
    Invocation: invocation,
    ExpiresAt: Math.floor(nowMs / 1000) + markerSeconds,
  };
}

/**
 * Sort keys between which the markers of a batch may lie: from its first record on. Markers of other shards may lie
 * between them; a marker that ends past the batch lies past `end`, as near as its length allows.
 */
export function markerRange(
  records: readonly TableStreamRecord[],
): { low: string; high: string; end: string } | undefined {
  const first = records[0];
  const last = records.at(-1);
  if (!first || !last) return undefined;
  return {
    low: controlItems.published(positionOf(first)),
    high: controlItems.published('~'),
    end: controlItems.published(positionOf(last)),
  };
}

/** How many of the first records of the batch are published already. */
export function publishedPrefix(
  records: readonly TableStreamRecord[],
  markers: readonly Pick<PublishMarker, 'Item' | 'First'>[],
): number {
  if (markers.length === 0) return 0;
  const items = records.map((record) => controlItems.published(positionOf(record)));
  const indexes = new Map(items.map((item, index) => [item, index]));
  let published = 0;
  for (const marker of markers) {
    const last = indexes.get(marker.Item);
    const first = indexes.get(controlItems.published(marker.First));
    if (last !== undefined) published = Math.max(published, last + 1);
    // Its last record is not here though its first is: the batch ends inside the marker.
    else if (first !== undefined && marker.Item > (items.at(-1) ?? '')) published = items.length;
  }
  return published;
}
