import type { Recount, StreamReader } from '../control/keys.ts';
import { controlItems } from '../control/keys.ts';
import type { Fence } from '../series/sequence.ts';
import { fenceOf } from './fence.ts';
import type { ControlKey } from './ledger.ts';
import type { ReadBatch } from './read.ts';
import type { StreamRecord } from './record.ts';

/** A record by its place on the shard, and its arrival in milliseconds since the epoch. */
export interface RecordMark {
  readonly sequence: Fence;
  readonly arrivalMs: number;
}

/**
 * The last write of a batch, one conditional update:
 * `SET LastSequence = lastSequence, Received = received, PreviousArrivalMs = if_not_exists(ArrivalMs, arrivalMs), ArrivalMs = arrivalMs`,
 * on the condition that the item has no `LastSequence` or one below `lastSequence`. When the condition fails, the shard
 * stands there or further on already: nothing is left to do, and the batch has succeeded.
 *
 * With `first` also `FirstSequence = if_not_exists(FirstSequence, first.sequence)`, and `FirstArrivalMs` likewise: the shard's first update keeps
 * its first record for good. An item that has no `FirstSequence` was first written by a version that did not keep it, and must not get that
 * of a later batch: the condition is also that it has one or does not exist, and where it has none, another update sets it to '' and its arrival to 0.
 */
export interface CheckpointUpdate {
  readonly key: ControlKey;
  readonly lastSequence: Fence;
  readonly arrivalMs: number;
  readonly received: number;
  /** The first record that was handled up to here since the checkpoint before. Absent of the archive, which keeps none. */
  readonly first?: RecordMark;
}

/** A checkpoint of one who keeps the shard's first record. */
export interface MarkedCheckpoint extends CheckpointUpdate {
  readonly first: RecordMark;
}

export function checkpointOf(read: ReadBatch, reader: StreamReader | Recount): MarkedCheckpoint {
  const last = markOf(read, read.records.length - 1);
  return {
    key: { Source: read.source.name, Item: controlItems.checkpoint(reader, read.shardId) },
    lastSequence: last.sequence,
    arrivalMs: last.arrivalMs,
    received: read.events.name.length + read.malformed.length,
    first: markOf(read, 0),
  };
}

function markOf({ records }: ReadBatch, place: number): RecordMark {
  return { sequence: fenceOf(records, place), arrivalMs: (records[place] as StreamRecord).arrivalMs };
}
