import { childrenAtOnce } from '@tidemark/core/prune/slots';
import type { RestoreAnswer, RestoreCall, RestoreCursor } from '@tidemark/core/prune/steps';
import { emptyRestoreTally } from '@tidemark/core/prune/tally';
import { Child } from './child.ts';
import { putChunk, Restoration } from './restoration.ts';
import type { RestoredDay } from './restored-days.ts';
import { restoredDays, wholeDay } from './restored-days.ts';
import { chunksOf } from './restored-lines.ts';
import { restoredRanges } from './restored-ranges.ts';
import type { Step } from './step.ts';
import { standingRun } from './step.ts';
import { WritePace } from './write-pace.ts';

/** Brings back what the export holds of a child's series, chunk by chunk, as far as the time goes. What lives stays as it is. */
export async function restore(step: Step<RestoreCall>): Promise<RestoreAnswer> {
  const { call, control, settings } = step;
  const { timeline, item } = await standingRun(step);
  const child = await Child.read(step, call.child, 'Restored', emptyRestoreTally);
  const pace = new WritePace(settings.writeUnitsPerSecond / childrenAtOnce);
  const restoration = new Restoration(step, child, pace);
  const walk = { names: await control.names(), ranges: restoredRanges(item), first: call.first, last: call.last };
  const answer = async (cursor: Omit<RestoreCursor, 'tally'>): Promise<RestoreAnswer> => {
    const tally = await restoration.show();
    return { done: false, waitSeconds: 0, cursor: { ...cursor, tally }, tally };
  };
  for await (const day of restoredDays(step, timeline, walk, call.cursor)) {
    if (day.objects.length === 0) restoration.missing(day);
    const { cursor } = call;
    const isBegun = cursor?.slot === day.slot && cursor.size === day.size && cursor.day === day.day;
    const from = isBegun ? cursor.object : undefined;
    for (const key of day.objects) {
      if (from !== undefined && key < from.key) continue;
      const skipped = key === from?.key ? from.lines : 0;
      for await (const chunk of chunksOf(step, key, skipped)) {
        const isDone = await putChunk(restoration, day, chunk);
        const lines = isDone ? chunk.end : chunk.begin;
        if (!isDone || step.isTimeUp()) return answer({ ...placeOf(day), object: { key, lines } });
      }
    }
    if (step.isTimeUp()) return answer({ ...placeOf(day), object: { key: wholeDay, lines: 0 } });
  }
  return { done: true, tally: await restoration.show() };
}

function placeOf({ slot, size, day }: RestoredDay): Pick<RestoreCursor, 'slot' | 'size' | 'day'> {
  return { slot, size, day };
}
