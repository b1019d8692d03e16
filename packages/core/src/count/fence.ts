import type { Fence } from '../series/sequence.ts';
import { encodeSequence } from '../series/sequence.ts';
import type { StreamRecord } from './record.ts';

/**
 * One conditional update, as data: add `add` to numbers, set `set` and `LastSequence = lastSequence`, on the condition
 * that the item has no `LastSequence` or one below `below`. Asks for the old item when the condition fails.
 */
export interface FencedUpdate {
  readonly add: Readonly<Record<string, number>>;
  readonly set: Readonly<Record<string, string>>;
  readonly lastSequence: Fence;
  readonly below: Fence;
}

/**
 * What a batch adds to one item. Perform `first`; when its condition fails, the old item's `LastSequence` says which of
 * the batch's records the item holds already, and `remainingAfter` gives the update for the others, or undefined when
 * none is left. When the condition of that second update fails too, the invocation must fail: someone else is writing.
 */
export interface FencedWrite<Key> {
  readonly key: Key;
  readonly first: FencedUpdate;
  remainingAfter(oldFence: Fence): FencedUpdate | undefined;
}

/**
 * Place of the first record past `fence`; `records.length` when there is none. A record is the unit: all that an
 * aggregate holds lies on one side. `records` ascend.
 */
export function firstRecordAfter(records: readonly StreamRecord[], fence: Fence): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fenceOf(records, middle) > fence) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/** The sequence number of the record at `place`, as a fence. */
export function fenceOf(records: readonly StreamRecord[], place: number): Fence {
  const record = records[place];
  if (record === undefined) {
    throw new RangeError(`no record at ${place} of ${records.length}`);
  }
  return encodeSequence(record.sequenceNumber);
}
