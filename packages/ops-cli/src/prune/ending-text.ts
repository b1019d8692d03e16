import { countsPrefix } from '@tidemark/core/prune/object';
import type { PruneReport } from '@tidemark/core/prune/report';
import { totalPruned, totalRestored } from '@tidemark/core/prune/tally';
import type { RunItem } from '@tidemark/core/replay/run';
import { earliestMs } from '@tidemark/core/replay/timeline';
import {
  type Column,
  printable,
  renderAmount,
  renderBytes,
  renderCount,
  renderInstant,
  renderTable,
} from '../render.ts';
import type { FoundRun } from '../replay/runs.ts';
import { entriesBySize, sizeWord, tellSize } from '../sizes.ts';
import { commandOf, type Target } from '../target.ts';
import { tellCutoffs } from './cutoffs-text.ts';

/** In which way a prune or a restore ended, in a few words. */
export function pruneVerdict(item: RunItem): string {
  const { Kind, Outcome, Phase } = item;
  switch (Outcome) {
    case undefined:
      return Phase;
    case 'pruned':
      return totalPruned(item).Items === 0 ? 'pruned: there was nothing to delete' : 'pruned';
    case 'restored':
      return 'restored';
    case 'skipped':
      return 'skipped: another run went on';
    default:
      return `${Outcome === 'aborted' ? 'given up' : Outcome}: ${Kind === 'prune' ? stoppedPrune(item) : stoppedRestore}`;
  }
}

function stoppedPrune(item: RunItem): string {
  const floors = Object.keys(item.Cutoffs ?? {}).length === 0 ? '' : '; the floors stay, and the next prune goes on';
  return totalPruned(item).Items === 0 ? `nothing was deleted${floors}` : `what was deleted is in its exports${floors}`;
}

const stoppedRestore = 'readers do not see what was brought back; restore again to go on';

/** What it did, line by line. */
export function pruneLines({ item }: FoundRun): string[] {
  if (item.Kind === 'restore') return restoreLines(item);
  const nightly = item.Nightly === true ? ['started by the schedule'] : [];
  return [...nightly, ...tellCutoffs(item.Cutoffs ?? {}), ...deletedLines(item)];
}

function deletedLines(item: RunItem): string[] {
  const tally = totalPruned(item);
  if (tally.Items === 0) return [];
  const { Items, Bytes, Buckets, Objects, Replaced, Again, WriteUnits } = tally;
  const spans = renderAmount(Buckets, 'bucket or window', 'buckets and windows');
  return [
    `deleted ${renderAmount(Items, 'item', 'items')} (${renderBytes(Bytes)}) of ${spans} in ${renderCount(Object.keys(tally.BySlot).length)} series, with ${renderAmount(WriteUnits, 'write unit', 'write units')}`,
    `exported to ${renderAmount(Objects, 'object', 'objects')}`,
    ...(Replaced === 0
      ? []
      : [
          `${renderAmount(Replaced, 'item was', 'items were')} of generations that nobody reads any more: not exported`,
        ]),
    ...(Again === 0
      ? []
      : [`${renderAmount(Again, 'item', 'items')} had come back after an earlier deletion: exported under again/`]),
  ];
}

function restoreLines(item: RunItem): string[] {
  const { From, ToMs, UntilMs, Outcome, Sizes = [] } = item;
  const from = typeof From === 'number' && From > earliestMs ? renderInstant(From) : 'the beginning';
  const sizes = Sizes.length === 0 ? '' : `${Sizes.map(tellSize).join(', ')} `;
  const lines = [`${sizes}from ${from}${ToMs === undefined ? '' : ` to ${renderInstant(ToMs)}`}`];
  if (item.Restored !== undefined) {
    const { Items, Bytes, Standing, Objects } = totalRestored(item);
    const stood =
      Standing === 0 ? '' : `; ${renderAmount(Standing, 'item', 'items')} stood there, and stayed as they are`;
    lines.push(
      `brought back ${renderAmount(Items, 'item', 'items')} (${renderBytes(Bytes)}) of ${renderAmount(Objects, 'object', 'objects')}${stood}`,
    );
  }
  if (Outcome === 'restored' && UntilMs !== undefined)
    lines.push(`open to readers until ${renderInstant(UntilMs)} at least: the first prune after that deletes it again`);
  return lines;
}

/** What was deleted, by size; empty where it was of one size, or none. */
export function prunedTable(item: RunItem): string {
  const sizes = entriesBySize(totalPruned(item).BySize);
  if (sizes.length < 2) return '';
  return renderTable(
    [{ title: 'size' }, { title: 'items', align: 'right' }, { title: 'bytes', align: 'right' }],
    sizes.map(([size, { Items, Bytes }]) => [tellSize(size), renderCount(Items), renderBytes(Bytes)]),
  );
}

/** Rows of the table; the report has more. */
const seriesShown = 12;
const figureColumns = 24;

/** The series that the most was deleted of; empty where it was of none. */
export function prunedSeriesTable(series: PruneReport['series'], columns: number): string {
  if (series.length === 0) return '';
  const rows = series
    .slice(0, seriesShown)
    .map(({ name, items, bytes }) => [
      printable(name, Math.max(12, columns - figureColumns)),
      renderCount(items),
      renderBytes(bytes),
    ]);
  const rest = series.length - rows.length;
  const header: Column[] = [
    { title: 'series' },
    { title: 'items', align: 'right' },
    { title: 'bytes', align: 'right' },
  ];
  return `${renderTable(header, rows)}${rest === 0 ? '' : `and ${renderCount(rest)} more\n`}`;
}

/** Of generations of which nothing is left. */
export function sweptRemarks(report: PruneReport | undefined): string[] {
  const swept = report?.sweptGenerations ?? [];
  if (swept.length === 0) return [];
  return [`Nothing is left of ${swept.length === 1 ? 'generation' : 'generations'} ${swept.join(', ')}.`];
}

const dayMs = 86_400_000;

/** Where to go on: what it is, and what can be copied. */
export function pruneWhere({ source, item }: FoundRun, target: Target): [string, string][] {
  const command = commandOf(target);
  const { Kind, Outcome, From, ToMs, BeforeMs, StartedMs, Sizes = [] } = item;
  const words = Sizes.map((size) => ` --bucket ${sizeWord(size)}`).join('');
  const lines: [string, string][] = [];
  if (item.ReportKey !== undefined) lines.push(['Report', `s3://${source.bucket}/${item.ReportKey}`]);
  if (Kind === 'prune' && totalPruned(item).Objects > 0) {
    const highestMs = Math.max(...entriesBySize(item.Cutoffs ?? {}).map(([, floorMs]) => floorMs));
    lines.push(['Exports', `s3://${source.bucket}/${countsPrefix(source.name)}`]);
    lines.push([
      'Bring back',
      `${command} prune restore --source ${source.name} --from TIME --to ${renderInstant(highestMs)}`,
    ]);
  }
  if (Kind === 'prune' && Outcome !== undefined && Outcome !== 'pruned') {
    const days = BeforeMs === undefined ? undefined : Math.round((StartedMs - BeforeMs) / dayMs);
    const age = days === undefined ? '' : ` --older-than ${days}d`;
    lines.push(['Go on', `${command} prune --source ${source.name}${age}${words}`]);
  }
  if (Kind === 'restore' && Outcome !== undefined && Outcome !== 'restored' && typeof From === 'number') {
    const to = ToMs === undefined ? '' : ` --to ${renderInstant(ToMs)}`;
    lines.push([
      'Go on',
      `${command} prune restore --source ${source.name} --from ${renderInstant(From)}${to}${words}`,
    ]);
  }
  return lines;
}
