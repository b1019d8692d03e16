import { writeUnitsOf } from '@tidemark/core/prune/item-bytes';
import type { PruneTally } from '@tidemark/core/prune/tally';
import { addPruneTallies, emptyPruneTally } from '@tidemark/core/prune/tally';
import { deletedKeysMax } from '../aws/dynamodb-batches.ts';
import { inParallel } from '../parallel.ts';
import type { Child } from './child.ts';
import { deleteWhole } from './delete-batch.ts';
import type { Expired } from './expired.ts';
import { placeOf } from './expired.ts';
import type { Place } from './place.ts';
import { isUpTo } from './place.ts';
import type { Invocation } from './step.ts';
import { assertStanding } from './step.ts';
import type { WritePace } from './write-pace.ts';
import { takeTurn } from './write-pace.ts';

/** Batches between two looks at the lock, and those of them under way at once. */
const batchesPerLook = 20;
const batchesAtOnce = 4;

export interface Deletion {
  readonly invocation: Invocation;
  readonly child: Child<PruneTally>;
  readonly pace: WritePace;
}

/** Whether all went; and the last place up to which all did, undefined where not even the first. */
export interface Deleted {
  readonly isWhole: boolean;
  readonly through?: Place;
}

/** Deletes items that are exported, in order, as far as the time goes. What is told of them is told before. `again`: those that came back. */
export async function deleteItems(
  deletion: Deletion,
  items: readonly Expired[],
  again: ReadonlySet<Expired>,
): Promise<Deleted> {
  const { invocation, child, pace } = deletion;
  const batchItems = Math.min(deletedKeysMax, pace.share);
  let through: Place | undefined;
  for (let at = 0; at < items.length; at += batchItems * batchesPerLook) {
    if (through !== undefined && invocation.isTimeUp()) return { isWhole: false, through };
    const chunk = items.slice(at, at + batchItems * batchesPerLook);
    await assertStanding(invocation);
    await tellChunk(child, chunk, again);
    const batches = chunk.flatMap((_, index) =>
      index % batchItems === 0 ? [chunk.slice(index, index + batchItems)] : [],
    );
    const isDone = await inParallel(batches, (batch) => deleteBatch(deletion, batch), batchesAtOnce);
    const undone = isDone.indexOf(false);
    const last = (undone === -1 ? chunk : batches[undone - 1])?.at(-1);
    if (last !== undefined) through = placeOf(last);
    if (undone !== -1) return { isWhole: false, ...(through === undefined ? {} : { through }) };
  }
  return { isWhole: true, ...(through === undefined ? {} : { through }) };
}

function deleteBatch({ invocation, pace }: Deletion, batch: readonly Expired[]): Promise<boolean> {
  const units = new Map(batch.map(({ item, bytes }) => [item.Bucket, writeUnitsOf(bytes)]));
  return deleteWhole(
    invocation,
    invocation.settings.seriesTable,
    batch.map(({ item }) => ({ EventName: item.EventName, Bucket: item.Bucket })),
    (keys) => {
      const due = keys.reduce((sum, { Bucket = '' }) => sum + (units.get(Bucket) ?? 1), 0);
      return takeTurn(pace, due, invocation);
    },
  );
}

/** What an earlier invocation has told of already is deleted without a word. */
async function tellChunk(
  child: Child<PruneTally>,
  chunk: readonly Expired[],
  again: ReadonlySet<Expired>,
): Promise<void> {
  const untold = chunk.filter((each) => !isUpTo(placeOf(each), child.told));
  const last = untold.at(-1);
  if (last === undefined) return;
  const Tally = addPruneTallies(child.tally, tallyOf(untold, again, child.told));
  await child.tell({ Tally, Told: placeOf(last) });
}

/** `before`: the item that was told of last, whose bucket is counted already. */
function tallyOf(items: readonly Expired[], again: ReadonlySet<Expired>, before: Place | undefined): PruneTally {
  let bucket = before === undefined ? '' : bucketOf(before);
  const bySize = new Map<string, { Items: number; Bytes: number }>();
  const bySlot = new Map<string, { Items: number; Bytes: number }>();
  const tally = { ...emptyPruneTally, Items: 0, Bytes: 0, Buckets: 0, Replaced: 0, Again: 0, WriteUnits: 0 };
  for (const each of items) {
    const { unit, bytes } = each;
    tally.Items += 1;
    tally.Bytes += bytes;
    tally.WriteUnits += writeUnitsOf(bytes);
    if (!unit.range.exported) tally.Replaced += 1;
    if (again.has(each)) tally.Again += 1;
    for (const [by, key] of [
      [bySize, unit.range.size],
      [bySlot, String(unit.slot)],
    ] as const) {
      const { Items, Bytes } = by.get(key) ?? { Items: 0, Bytes: 0 };
      by.set(key, { Items: Items + 1, Bytes: Bytes + bytes });
    }
    const next = bucketOf(placeOf(each));
    if (next !== bucket) tally.Buckets += 1;
    bucket = next;
  }
  return { ...tally, BySize: Object.fromEntries(bySize), BySlot: Object.fromEntries(bySlot) };
}

/** The same for the items of one bucket of a series: its slices follow one another. */
function bucketOf({ Slot, Part, Key }: Place): string {
  return `${Slot} ${Part} ${Key.slice(0, Key.lastIndexOf('#'))}`;
}
