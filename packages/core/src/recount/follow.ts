import { firstRecordAfter } from '../count/fence.ts';
import type { StreamRecord } from '../count/record.ts';
import type { Fence } from '../series/sequence.ts';

/**
 * How many of the first of `records` live counting has handled: a recount counts no others, and so never passes it. When live counting is held, the
 * recount comes to stand exactly where it does, and their ledgers can be compared: whatever came after would hide what the recount lacks
 * before. `live`: the furthest checkpoint of the shard, read consistently; where live counting has not begun with it, there is nothing to follow. `records`
 * ascend.
 */
export function followed(records: readonly StreamRecord[], live: Fence | undefined): number {
  return live === undefined ? records.length : firstRecordAfter(records, live);
}
