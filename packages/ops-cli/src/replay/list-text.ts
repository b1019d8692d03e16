import { earliestMs } from '@tidemark/core/replay/timeline';
import { pruneColumns } from '../prune/list-columns.ts';
import { type FittingColumn, printable, renderCount, renderDuration, renderFitting, renderInstant } from '../render.ts';
import type { RunFamily } from './family.ts';
import { nameOf } from './progress-text.ts';
import type { FoundRun } from './runs.ts';

/** A column of a list of runs. */
export type RunColumn = FittingColumn<ListedRun>;

export interface ListedRun extends FoundRun {
  readonly nowMs: number;
}

const firstColumns: readonly RunColumn[] = [
  { title: 'run', goes: 0, cell: ({ run }) => run },
  { title: 'source', goes: 2, cell: ({ source }) => source.name },
  { title: 'kind', goes: 1, cell: ({ item }) => nameOf(item) },
  { title: 'outcome', goes: 0, cell: ({ item }) => item.Outcome ?? item.Phase },
];
const replayColumns: readonly RunColumn[] = [
  { title: 'differ', goes: 0, align: 'right', cell: ({ item }) => countOf(item.Compared?.Different) },
  { title: 'undecided', goes: 3, align: 'right', cell: ({ item }) => countOf(item.Compared?.Undecided) },
  { title: 'range', goes: 4, cell: rangeOf },
];
const lastColumns: readonly RunColumn[] = [
  {
    title: 'took',
    goes: 5,
    align: 'right',
    cell: ({ item, nowMs }) => renderDuration((item.EndedMs ?? nowMs) - item.StartedMs),
  },
  { title: 'reason', goes: 6, cell: ({ item }) => printable(item.Reason ?? '', 40) },
];

/** A line a run, with as many columns as the terminal has room for. */
export function renderRuns(runs: readonly FoundRun[], family: RunFamily, nowMs: number, columns: number): string {
  const runColumns = [...firstColumns, ...(family === 'prune' ? pruneColumns : replayColumns), ...lastColumns];
  return renderFitting(
    runColumns,
    runs.map((found) => ({ ...found, nowMs })),
    columns,
  );
}

function rangeOf({ item }: FoundRun): string {
  const { From, ToMs, FirstMs, Undoes } = item;
  if (Undoes !== undefined) return `of ${Undoes}`;
  const from = FirstMs ?? (typeof From === 'number' ? From : undefined);
  const start = from === undefined || from <= earliestMs ? 'trim horizon' : renderInstant(from);
  return `${start} to ${ToMs === undefined ? 'the tip' : renderInstant(ToMs)}`;
}

function countOf(count: number | undefined): string {
  return count === undefined ? '' : renderCount(count);
}
