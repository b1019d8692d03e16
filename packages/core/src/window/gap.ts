import type { CheckpointItem } from '../control/checkpoint.ts';
import { firstRecordAfter } from '../count/fence.ts';
import type { StreamRecord } from '../count/record.ts';
import { decodeSequence, encodeSequence } from '../series/sequence.ts';

/**
 * A state can get lost: with a mapping that is disabled, deployed anew or made again, or with a version that cannot read it. What it held is
 * on the stream, between the checkpoint and the first record of the batch: in no row, or in one that a fence protects. So where an
 * invocation with records has no state, or one that cannot be read, with records or without,
 *
 *     read the shard from `lookFrom`, page by page (a first page of one record tells whether anything is there);
 *     `lostRecords` of each page are planned as an invocation that ends (window.ts), without state, and written;
 *     go on while a page was lost as a whole.
 *
 * Each page moves the checkpoint, so that an invocation that runs out of time has done a part of the work for good.
 */

/** Where to begin to read a shard, in the words of GetShardIterator. */
export type LookFrom =
  | { readonly at: 'TRIM_HORIZON' }
  /** Decimal. */
  | { readonly at: 'AFTER_SEQUENCE_NUMBER'; readonly sequenceNumber: string };

/**
 * Where to look; undefined where nothing can be lost, since the checkpoint stands at the batch or past it. Without one, the shard's first window
 * was never written: mappings begin at the trim horizon, so that whatever comes before the batch was in a state. `first` is undefined for an
 * invocation without records: then all is looked at that the shard has, and what Lambda hands over later is in its rows already.
 */
export function lookFrom(
  checkpoint: Pick<CheckpointItem, 'LastSequence'> | undefined,
  first: StreamRecord | undefined,
): LookFrom | undefined {
  if (checkpoint === undefined) return { at: 'TRIM_HORIZON' };
  if (first !== undefined && checkpoint.LastSequence >= encodeSequence(first.sequenceNumber)) return undefined;
  return { at: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: decodeSequence(checkpoint.LastSequence) };
}

/** The records of a page that come before the batch's `first`: all of them, where the next page may hold more; none, where there are no more. */
export function lostRecords(page: readonly StreamRecord[], first: StreamRecord | undefined): readonly StreamRecord[] {
  if (first === undefined) return page;
  const upTo = firstRecordAfter(page, encodeSequence(first.sequenceNumber));
  return page.slice(0, page[upTo - 1]?.sequenceNumber === first.sequenceNumber ? upTo - 1 : upTo);
}
