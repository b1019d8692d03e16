import { totalPruned, totalRestored } from '@tidemark/core/prune/tally';
import type { RunItem } from '@tidemark/core/replay/run';
import { earliestMs } from '@tidemark/core/replay/timeline';
import { renderBytes, renderCount, renderInstant } from '../render.ts';
import type { RunColumn } from '../replay/list-text.ts';
import { tellCutoffs } from './cutoffs-text.ts';

/** What a list says of prunes and restores. */
export const pruneColumns: readonly RunColumn[] = [
  { title: 'items', goes: 0, align: 'right', cell: ({ item }) => figure(item, ({ Items }) => renderCount(Items)) },
  { title: 'size', goes: 3, align: 'right', cell: ({ item }) => figure(item, ({ Bytes }) => renderBytes(Bytes)) },
  { title: 'what', goes: 4, cell: ({ item }) => rangeOf(item) },
  { title: 'by', goes: 6, cell: ({ item }) => (item.Nightly === true ? 'schedule' : (item.StartedBy ?? '')) },
];

/** Of a run that has come so far as to do anything. */
function figure(item: RunItem, tell: (tally: { readonly Items: number; readonly Bytes: number }) => string): string {
  if (item.Kind === 'restore') return item.Restored === undefined ? '' : tell(totalRestored(item));
  return item.Pruned === undefined ? '' : tell(totalPruned(item));
}

function rangeOf({ Kind, Cutoffs = {}, From, ToMs }: RunItem): string {
  if (Kind === 'prune') return tellCutoffs(Cutoffs).join(', ');
  const from = typeof From === 'number' && From > earliestMs ? renderInstant(From) : 'the beginning';
  return ToMs === undefined ? `from ${from}` : `${from} to ${renderInstant(ToMs)}`;
}
