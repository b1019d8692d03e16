import { totalPruned, totalRestored } from '@tidemark/core/prune/tally';
import type { RunItem } from '@tidemark/core/replay/run';
import { renderAmount, renderBytes, renderCount, renderDuration, renderInstant } from '../render.ts';
import { tellCutoffs } from './cutoffs-text.ts';

/** How far a prune or a restore is: a few lines, or parts of one. */
export function pruneDetail(item: RunItem, nowMs: number): string[] {
  if (item.Kind === 'restore') return restoreDetail(item);
  const cutoffs = tellCutoffs(item.Cutoffs ?? {}).join(', ');
  return [
    ...(cutoffs === '' ? [] : [cutoffs]),
    ...(item.Phase === 'waiting for the floor' ? waitingFor(item, nowMs) : []),
    ...(item.Pruned === undefined ? [] : [deleted(item)]),
  ];
}

/** Why nothing is deleted yet, and until when. */
function waitingFor({ EffectiveMs }: RunItem, nowMs: number): string[] {
  if (EffectiveMs === undefined) return [];
  const instant = renderInstant(EffectiveMs);
  return nowMs < EffectiveMs
    ? [
        `until ${instant}, in ${renderDuration(EffectiveMs - nowMs)}`,
        'from then on no late event can bring a bucket back',
      ]
    : [`until what arrived before ${instant} is counted`, 'and no call that began before can write any more'];
}

function deleted(item: RunItem): string {
  const tally = totalPruned(item);
  if (tally.Items === 0) return 'nothing is deleted yet';
  const series = Object.keys(tally.BySlot).length;
  const of = item.SlotsTotal === undefined ? '' : ` of the ${renderCount(item.SlotsTotal)}`;
  return `${renderAmount(tally.Items, 'item', 'items')} (${renderBytes(tally.Bytes)}) deleted, of ${renderCount(series)}${of} series; exported to ${renderAmount(tally.Objects, 'object', 'objects')}`;
}

function restoreDetail(item: RunItem): string[] {
  if (item.Restored === undefined) return [];
  const { Items, Bytes, Standing, Objects } = totalRestored(item);
  const stood = Standing === 0 ? '' : `; ${renderCount(Standing)} stood there already`;
  return [
    `brought back ${renderAmount(Items, 'item', 'items')} (${renderBytes(Bytes)}) of ${renderAmount(Objects, 'object', 'objects')}${stood}`,
  ];
}
