import { controlItems } from '../control/keys.ts';
import type { Fence } from '../series/sequence.ts';
import { fenceOf } from './fence.ts';
import type { ControlKey } from './ledger.ts';
import type { ReadBatch } from './read.ts';
import type { StreamRecord } from './record.ts';

/**
 * The last write of a batch, one conditional update:
 * `SET LastSequence = lastSequence, Received = received, PreviousArrivalMs = if_not_exists(ArrivalMs, arrivalMs), ArrivalMs = arrivalMs`,
 * on the condition that the item has no `LastSequence` or one below `lastSequence`. When the condition fails, the shard
 * stands there or further on already: nothing is left to do, and the batch has succeeded.
 */
export interface CheckpointUpdate {
  readonly key: ControlKey;
  readonly lastSequence: Fence;
  readonly arrivalMs: number;
  readonly received: number;
}

export function checkpointOf(read: ReadBatch): CheckpointUpdate {
  const last = read.records.length - 1;
  return {
    key: { Source: read.source.name, Item: controlItems.checkpoint('count', read.shardId) },
    lastSequence: fenceOf(read.records, last),
    arrivalMs: (read.records[last] as StreamRecord).arrivalMs,
    received: read.events.name.length + read.malformed.length,
  };
}
