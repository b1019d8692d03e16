import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { controlItems } from '../control/keys.ts';
import type { PublishCall } from './call.ts';
import type { TableStreamRecord } from './change.ts';
import type { Position } from './position.ts';
import { positionOf } from './position.ts';

/**
 * Publishing's checkpoint: what one PutMetricData call has published, written after it.
 *
 * A DynamoDB stream's event does not name its shard, so that there is no key for one checkpoint a shard. Instead each
 * call leaves a marker under the position of its last record, with the fingerprints of all. Calls are made in the shard's
 * order and each ends a prefix of its batch: whoever meets a marker's last record knows that everything up to it in that
 * shard is published, and whoever ends inside a marker's run knows it of all records. The event ids in the positions
 * make sure that the marker is of the same shard, since sequence numbers of different shards do not compare.
 */
export interface PublishMarker {
  readonly Source: string;
  /** `PUBLISHED#<position of the last record>`. */
  readonly Item: string;
  /** Of the call's records in order, `fingerprintBytes` each: about a hundred records fit the write unit that any marker costs. */
  readonly Records: Uint8Array;
  /** The invocation that wrote it: tells its own repeated write from another's. */
  readonly Invocation: string;
  /** Seconds since the epoch; DynamoDB deletes the marker some time after. */
  readonly ExpiresAt: number;
}

/** The stream keeps records for a day; markers stay for two. */
const markerSeconds = 2 * 24 * 60 * 60;

/** With six bytes, one record of another shard in 10^10 is taken for one of a run of ten thousand that lies around it. */
const fingerprintBytes = 6;

export function makeMarker(source: string, call: PublishCall, invocation: string, nowMs: number): PublishMarker {
  const last = call.positions.at(-1);
  if (last === undefined) throw new Error('a call of no records');
  return {
    Source: source,
    Item: controlItems.published(last),
    Records: fingerprints(call.positions),
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
  markers: readonly Pick<PublishMarker, 'Item' | 'Records'>[],
): number {
  if (markers.length === 0) return 0;
  const positions = records.map(positionOf);
  const indexes = new Map(positions.map((position, index) => [controlItems.published(position), index]));
  const end = controlItems.published(positions.at(-1) ?? '');
  const ours = fingerprints(positions);
  let published = 0;
  for (const marker of markers) {
    const last = indexes.get(marker.Item);
    if (last !== undefined) published = Math.max(published, last + 1);
    else if (marker.Item > end && endsInside(ours, marker.Records)) published = records.length;
  }
  return published;
}

/** Whether the batch's last record is in the run, and before it the same records in both, as far as both reach. */
function endsInside(batch: Uint8Array, run: Uint8Array): boolean {
  for (let end = run.length; end >= fingerprintBytes; end -= fingerprintBytes) {
    const bytes = Math.min(batch.length, end);
    const isSame = Buffer.compare(batch.subarray(batch.length - bytes), run.subarray(end - bytes, end)) === 0;
    if (isSame) return true;
  }
  return false;
}

function fingerprints(positions: readonly Position[]): Uint8Array {
  const digests = positions.map((position) => createHash('sha256').update(position).digest());
  return new Uint8Array(Buffer.concat(digests.map((digest) => digest.subarray(0, fingerprintBytes))));
}
