import { earliestMs } from '@tidemark/core/replay/timeline';
import { renderInstant, wrapped } from '../render.ts';
import type { FoundRun } from './runs.ts';

/** A run that has switched, before it is taken back. */
export function renderUndoable({ source, run, item }: FoundRun, columns: number): string {
  const { FirstMs, ToMs, SwitchedMs } = item;
  const when = SwitchedMs === undefined ? '' : ` at ${renderInstant(SwitchedMs)}`;
  const end = ToMs === undefined ? ' on' : ` to ${renderInstant(ToMs)}`;
  const range =
    FirstMs === undefined || FirstMs <= earliestMs ? '' : `, for buckets from ${renderInstant(FirstMs)}${end}`;
  return [
    `${source.name}: ${item.Kind} ${run} switched to generation ${item.Generation}${when}${range}.`,
    'Buckets into which events were counted since stay as they are.',
  ]
    .map((line) => wrapped(line, columns, 2))
    .join('\n');
}
