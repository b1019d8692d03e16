import { floorsOf } from '@tidemark/core/control/floors';
import type { Restorable } from '@tidemark/core/prune/restored';
import { restorable } from '@tidemark/core/prune/restored';
import type { RunItem } from '@tidemark/core/replay/run';
import type { SpanSize } from '@tidemark/core/series/key';

/** What a restore brings back, by size: what was asked for and lay below the floors when the run was prepared. */
export function restoredRanges({ Cutoffs = {}, From, ToMs = Number.POSITIVE_INFINITY }: RunItem): Restorable {
  const entries = Object.entries(Cutoffs) as [SpanSize, number][];
  const Floors = Object.fromEntries(entries.map(([size, FloorMs]) => [size, [{ FromMs: 0, FloorMs }]]));
  const sizes = entries.map(([size]) => size);
  return typeof From === 'number' ? restorable(floorsOf({ Floors }), sizes, From, ToMs) : {};
}
