import { totalPruned, totalRestored } from '@tidemark/core/prune/tally';
import type { RunItem } from '@tidemark/core/replay/run';
import { renderInstant } from '../render.ts';
import { entriesBySize } from '../sizes.ts';

/** What the item of a prune or a restore says beyond that of other runs, for a program. What does not apply is undefined. */
export function pruneFields(item: RunItem): Readonly<Record<string, unknown>> {
  const { Cutoffs, BeforeMs, EffectiveMs, UntilMs } = item;
  return {
    nightly: item.Nightly,
    before: BeforeMs === undefined ? undefined : renderInstant(BeforeMs),
    sizes: item.Sizes,
    until: UntilMs === undefined ? undefined : renderInstant(UntilMs),
    floors: Cutoffs && Object.fromEntries(entriesBySize(Cutoffs).map(([size, ms]) => [size, renderInstant(ms)])),
    floorsHoldFrom: EffectiveMs === undefined ? undefined : renderInstant(EffectiveMs),
    seriesTotal: item.SlotsTotal,
    pruned: item.Pruned && deletedJson(item),
    restored: item.Restored && restoredJson(item),
  };
}

function deletedJson(item: RunItem) {
  const tally = totalPruned(item);
  const { Items, Buckets, Bytes, Objects, Replaced, Again, WriteUnits, BySize } = tally;
  return {
    ...{ items: Items, buckets: Buckets, series: Object.keys(tally.BySlot).length, bytes: Bytes, objects: Objects },
    ...{ notExported: Replaced, cameBack: Again, writeUnits: WriteUnits },
    bySize: Object.fromEntries(
      entriesBySize(BySize).map(([size, each]) => [size, { items: each.Items, bytes: each.Bytes }]),
    ),
  };
}

function restoredJson(item: RunItem) {
  const { Items, Bytes, Standing, Objects, Missing } = totalRestored(item);
  return { items: Items, bytes: Bytes, stood: Standing, objects: Objects, missingDays: Missing };
}
