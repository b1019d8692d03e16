import type { Floors } from '../control/floors.ts';
import type { PastRun } from './needed.ts';
import { replacedBy } from './needed.ts';
import { common } from './stretch.ts';
import type { WorkRange } from './work.ts';

/**
 * The runs that nobody can undo any more once `work` is done: what they replaced goes. Below the floor nothing is given back anyway, so that what goes there is
 * no reason. Those that were taken back, and those that were marked before, are not among them.
 */
export function runsNoLongerUndoable(runs: readonly PastRun[], floors: Floors, work: readonly WorkRange[]): PastRun[] {
  return runs.filter(({ item }) => {
    if (item.Outcome !== 'switched' || item.UndoneBy !== undefined || item.UndoPrunedBy !== undefined) return false;
    return replacedBy(item).some(({ size, generation, fromMs, toMs }) => {
      const aboveFloor = { fromMs: Math.max(fromMs, floors.highestFloor(size)), toMs };
      return work
        .filter((range) => range.size === size && range.generation === generation)
        .some(
          (range) =>
            common(aboveFloor, { fromMs: range.fromMs, toMs: range.toMs ?? Number.POSITIVE_INFINITY }).length > 0,
        );
    });
  });
}
