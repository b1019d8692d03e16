import type { DeployedSource } from '@tidemark/core/deployment';
import type { Tables } from '../aws/dynamodb.ts';
import { seriesNames } from '../partials.ts';
import { startProgress } from '../progress.ts';
import { printable, renderCount, renderDuration } from '../render.ts';
import { entriesBySize, tellSize } from '../sizes.ts';
import type { Terminal } from '../terminal.ts';
import { pruneEstimate } from './estimate.ts';
import type { PrunePreview } from './estimate-text.ts';
import { type PruneAsked, type PrunePlan, planPrune } from './plan.ts';
import { type WalkProgress, walk } from './walk.ts';

/** Looks at what a prune would do if it began now. Changes nothing. */
export async function previewPrune(
  tables: Tables,
  source: DeployedSource,
  asked: PruneAsked,
  nowMs: number,
  terminal: Terminal,
): Promise<PrunePreview> {
  let seen: WalkProgress | undefined;
  const progress = startProgress(terminal, () => printable(tell(source, seen), terminal.columns));
  try {
    const plan = await planPrune(tables, source, asked, nowMs);
    const names = await seriesNames(tables, source);
    const walked = await walk(tables, source.seriesTable, names, plan.work, (each) => {
      seen = each;
    });
    const estimate = pruneEstimate(source, plan, walked, names.length, nowMs);
    return { source, plan, tallies: walked.tallies, estimate, remarks: remarksOf(source, plan, nowMs) };
  } finally {
    progress.stop();
  }
}

function tell({ name }: DeployedSource, seen: WalkProgress | undefined): string {
  if (seen === undefined) return `Looking at what there is to prune of ${name} ...`;
  const { series, of, items } = seen;
  return `Looking at what there is to prune of ${name}: ${series} of ${of} series, ${renderCount(items)} items`;
}

function remarksOf(source: DeployedSource, plan: PrunePlan, nowMs: number): string[] {
  const { retentionMs = {} } = source;
  const shortened = entriesBySize(plan.asked).flatMap(([size, floorMs]) => {
    const keptMs = retentionMs[size];
    if (keptMs === undefined || floorMs <= nowMs - keptMs) return [];
    return [`by the configuration ${tellSize(size)} would be kept for ${renderDuration(keptMs)}`];
  });
  const late =
    'late events of what lies below the floors are not counted into it any more; where every size is pruned, they are set aside as too old';
  const undoable = plan.noLongerUndoable.join(', ');
  return [
    ...shortened,
    ...(plan.rises ? [late] : []),
    ...(undoable === '' ? [] : [`what these runs replaced goes, and they can no longer be taken back: ${undoable}`]),
  ];
}
