import type { CheckpointItem } from '../control/checkpoint.ts';
import { firstRecordAfter } from '../count/fence.ts';
import type { StreamRecord } from '../count/record.ts';
import { decodeSequence, encodeSequence } from '../series/sequence.ts';

/**
 * A state can get lost: with a mapping that is disabled, deployed anew or made again, or with a version that cannot read it. What it held is
 * on the stream, between the checkpoint and the first record of the batch: in no row, or in one that a fence protects. So where an
 * invocation with records has no state,
 *
 *     read the shard AFTER `lookAfter`, page by page (a first page of one record tells whether anything is there);
 *     `lostRecords` of each page are planned as an invocation that ends (window.ts), without state, and written;
 *     go on while a page was lost as a whole.
 *
 * Each page moves the checkpoint, so that an invocation that runs out of time has done a part of the work for good.
 */

/** Where to look, decimal; undefined where nothing can be lost: no checkpoint was written yet, or it stands at the batch or past it. */
export function lookAfter(
  checkpoint: Pick<CheckpointItem, 'LastSequence'> | undefined,
  first: StreamRecord,
): string | undefined {
  if (checkpoint === undefined || checkpoint.LastSequence >= encodeSequence(first.sequenceNumber)) return undefined;
  return decodeSequence(checkpoint.LastSequence);
}

/** The records of a page that come before the batch's `first`: all of them, where the next page may hold more; none, where there are no more. */
export function lostRecords(page: readonly StreamRecord[], first: StreamRecord): readonly StreamRecord[] {
  const fence = encodeSequence(first.sequenceNumber);
  const upToBatch = firstRecordAfter(page, fence);
  const isInside = page[upToBatch - 1]?.sequenceNumber === first.sequenceNumber;
  return page.slice(0, isInside ? upToBatch - 1 : upToBatch);
}
