import { childrenAtOnce } from '@tidemark/core/prune/slots';
import type { SeriesAnswer, SeriesCall, SeriesCursor } from '@tidemark/core/prune/steps';
import type { PruneTally } from '@tidemark/core/prune/tally';
import { emptyPruneTally } from '@tidemark/core/prune/tally';
import { inParallel } from '../parallel.ts';
import { StepFailure } from '../runs/failure.ts';
import { Child } from './child.ts';
import { Exports } from './covered.ts';
import type { Deleted, Deletion } from './deletion.ts';
import { deleteItems } from './deletion.ts';
import { expiredPages, placeOf } from './expired.ts';
import { dueOf, exportDue, objectsDue } from './export.ts';
import { groupsOf } from './group.ts';
import type { Place } from './place.ts';
import { isUpTo } from './place.ts';
import type { Portion } from './portion.ts';
import { portionsOf } from './portion.ts';
import type { Step } from './step.ts';
import { standingRun } from './step.ts';
import { WritePace } from './write-pace.ts';

/** How long to wait where DynamoDB takes no deletions, in seconds. */
const throttledSeconds = 10;

/** Exports and deletes what is to go of a child's series, portion by portion, as far as the time goes. */
export async function series(step: Step<SeriesCall>): Promise<SeriesAnswer> {
  const { call, control, settings } = step;
  const { item } = await standingRun(step);
  if (item.Work === undefined) throw new StepFailure('BadCall', `run ${call.run} was not planned`);
  const child = await Child.read(step, call.child, 'Pruned', emptyPruneTally);
  const pace = new WritePace(settings.writeUnitsPerSecond / childrenAtOnce);
  const walk = { names: await control.names(), work: item.Work, first: call.first, last: call.last };
  const deletion = { invocation: step, child, pace };
  const exports = new Exports(step);
  let place = placeIn(call.cursor);
  for await (const portion of portionsOf(expiredPages(step, walk, place))) {
    const { isWhole, through } = await prunePortion(deletion, exports, portion);
    place = (isWhole ? portion.end : through) ?? place;
    if (isWhole && !step.isTimeUp()) continue;
    await child.show();
    const waitSeconds = isWhole || step.isTimeUp() ? 0 : throttledSeconds;
    const cursor = cursorAt(place ?? { Slot: call.first, Part: 0, Key: '' }, child.tally);
    return { done: false, waitSeconds, cursor, tally: child.tally };
  }
  await child.show();
  return { done: true, tally: child.tally };
}

/** First the export, whole and read back; then the deletion. */
async function prunePortion(deletion: Deletion, exports: Exports, { items }: Portion): Promise<Deleted> {
  if (items.length === 0) return { isWhole: true };
  const { invocation, child } = deletion;
  const due = await inParallel(groupsOf(items), async (group) => dueOf(group, await exports.covered(group)));
  const writing = due.filter((each) => objectsDue(each) > 0);
  const untold = writing.filter(({ group }) => !isUpTo(endOf(group.items), child.exported));
  if (untold.length > 0) {
    const Objects = untold.reduce((sum, each) => sum + objectsDue(each), child.tally.Objects);
    await child.tell({ Tally: { ...child.tally, Objects }, Exported: endOf(items) });
  }
  await inParallel(writing, (each) => exportDue(invocation, exports, each));
  return deleteItems(deletion, items, new Set(due.flatMap(({ again }) => again)));
}

function endOf(items: Portion['items']): Place {
  const last = items.at(-1);
  if (last === undefined) throw new Error('a group without items');
  return placeOf(last);
}

function placeIn(cursor: SeriesCursor | undefined): Place | undefined {
  return cursor === undefined ? undefined : { Slot: cursor.slot, Part: cursor.work, Key: cursor.after ?? '' };
}

function cursorAt({ Slot, Part, Key }: Place, tally: PruneTally): SeriesCursor {
  return { slot: Slot, work: Part, ...(Key === '' ? {} : { after: Key }), tally };
}
