import { firstStart } from '../replay/compare.ts';
import type { RunItem } from '../replay/run.ts';
import { earliestMs, rangesOf } from '../replay/timeline.ts';
import type { SpanSize } from '../series/key.ts';
import type { Stretch } from './stretch.ts';
import { common } from './stretch.ts';

/** A run of the source, as its item says. */
export interface PastRun {
  readonly run: string;
  readonly item: RunItem;
}

/** What of a generation somebody may still ask for, of one size, or of all. */
export interface Needed extends Stretch {
  readonly generation: number;
  readonly size?: SpanSize;
}

/** What says whether a run is over so long that nothing of it can be asked for any more. */
export interface Grace {
  readonly runs: readonly PastRun[];
  readonly keepReplacedMs: number;
  readonly nowMs: number;
}

const always: Stretch = { fromMs: earliestMs, toMs: Number.POSITIVE_INFINITY };

/**
 * What the runs of late need: the generation that a run has counted into, or that an undo took back; and what the timeline named before a run switched, in the
 * buckets that it replaced, so that it can be undone.
 */
export function neededOf(grace: Grace): Needed[] {
  return grace.runs
    .filter((each) => isWithinGrace(each, grace))
    .flatMap(({ item }) => {
      const undone = grace.runs.find(({ run }) => run === item.Undoes)?.item;
      const own = [item.Generation, undone?.Generation].filter((generation) => generation !== undefined);
      return [...own.map((generation) => ({ generation, ...always })), ...replacedBy(item)];
    });
}

/** Whether a run has not ended yet, or not so long ago. */
export function isWithinGrace({ item }: PastRun, { keepReplacedMs, nowMs }: Grace): boolean {
  return item.EndedMs === undefined || item.EndedMs > nowMs - keepReplacedMs;
}

/** What a run has replaced: the generations of before, by size. Nothing of one that did not come to a switch, nor of an undo, which nothing takes back. */
export function replacedBy({ Kind, Before, First = {}, ToMs }: RunItem): (Needed & { readonly size: SpanSize })[] {
  if (Before === undefined || Kind === 'undo') return [];
  return (Object.entries(First) as [SpanSize, number][]).flatMap(([size, fromMs]) => {
    const toMs = ToMs === undefined ? Number.POSITIVE_INFINITY : firstStart(size, ToMs);
    return rangesOf({ Ranges: Before }, size).flatMap((range) =>
      common({ fromMs, toMs }, { fromMs: range.fromMs, toMs: range.toMs ?? Number.POSITIVE_INFINITY }).map(
        (stretch) => ({ size, generation: range.generation, ...stretch }),
      ),
    );
  });
}
