import type { RunItem } from '@tidemark/core/replay/run';
import { earliestMs } from '@tidemark/core/replay/timeline';
import { pruneDetail } from '../prune/progress-text.ts';
import { pad, printable, renderAmount, renderBar, renderCount, renderDuration, renderInstant } from '../render.ts';
import type { ShardPosition } from './shards.ts';
import { type RunView, stateOf } from './view.ts';

/** A run that goes on, in a few lines that fit the terminal. */
export function renderProgress(view: RunView, columns: number): string {
  const { positions } = view;
  const lines = [titleOf(view), ...[stage(view), ...detail(view)].map((line) => `  ${line}`)];
  if (positions.length > 0) lines.push(...renderPositions(positions, columns - 2).map((line) => `  ${line}`));
  return lines.map((line) => printable(line, columns)).join('\n');
}

/** The same in one line, where nothing can be redrawn. */
export function tellProgress(view: RunView): string {
  const { positions } = view;
  const behind =
    positions.length === 0 ? [] : [`${renderAmount(positions.length, 'shard', 'shards')}, ${furthest(positions)}`];
  return `${titleOf(view)}: ${[stage(view), ...detail(view), ...behind].join('; ')}`;
}

/** What changes when the run comes to something new. */
export function phaseOf(view: RunView): string {
  const state = stateOf(view);
  if (state === 'stopped') return 'stopped; what it left is being cleaned up';
  return view.item?.Phase ?? 'beginning';
}

export function nameOf({ Kind, Verify }: Pick<RunItem, 'Kind' | 'Verify'>): string {
  return Verify === true && Kind === 'replay' ? 'verification' : Kind;
}

function titleOf({ source, run, item }: RunView): string {
  return `${source.name}: ${item === undefined ? 'run' : nameOf(item)} ${run}`;
}

function stage(view: RunView): string {
  const { item, nowMs } = view;
  return `${phaseOf(view)}${item === undefined ? '' : `, ${renderDuration(nowMs - item.StartedMs)}`}`;
}

function detail({ item, nowMs, family }: RunView): string[] {
  if (family === 'prune') return item === undefined ? [] : pruneDetail(item, nowMs);
  const lines: string[] = [];
  if (item?.FirstMs !== undefined && item.FirstMs > earliestMs && item.Phase === 'recounting')
    lines.push(`buckets from ${renderInstant(item.FirstMs)} on`);
  if (item?.Compared !== undefined) lines.push(comparedLine(item.Compared));
  const heldMs = heldMsOf(item, nowMs);
  if (heldMs !== undefined) {
    lines.push(`counting ${item?.HeldUntilMs === undefined ? 'is' : 'was'} held for ${renderDuration(heldMs)}`);
  }
  return lines;
}

export function comparedLine({ Equal, Different, Undecided }: NonNullable<RunItem['Compared']>): string {
  return `compared ${renderCount(Equal + Different + Undecided)}: ${renderCount(Equal)} equal, ${renderCount(Different)} different, ${renderCount(Undecided)} undecided`;
}

/** For how long live counting is or was held; undefined where it was not. */
export function heldMsOf(item: RunItem | undefined, nowMs: number): number | undefined {
  if (item?.HeldFromMs === undefined) return undefined;
  return Math.max(0, (item.HeldUntilMs ?? item.EndedMs ?? nowMs) - item.HeldFromMs);
}

/** Shards that are shown. */
const shownMax = 8;
const barColumnsMin = 10;
const barColumnsMax = 30;

function renderPositions(positions: readonly ShardPosition[], columns: number): string[] {
  // Those that are waited for longest.
  const shown = new Set(positions.toSorted((one, other) => behindOf(other) - behindOf(one)).slice(0, shownMax));
  const rows = positions.filter((each) => shown.has(each)).map((each) => ({ each, cells: cellsOf(each) }));
  const widths = [0, 1, 2].map((at) => Math.max(...rows.map(({ cells }) => (cells[at] ?? '').length)));
  const room = columns - widths.reduce((sum, width) => sum + width + 2, 0);
  const lines = rows.map(({ each, cells }) => {
    const text = cells.map((cell, at) => pad(cell, widths[at] ?? 0, at === 2 ? 'right' : 'left')).join('  ');
    const bar = room < barColumnsMin ? '' : `  ${renderBar(shareOf(each), Math.min(room, barColumnsMax))}`;
    return `${text}${bar}`.trimEnd();
  });
  const rest = positions.length - rows.length;
  return rest === 0 ? lines : [...lines, `and ${renderCount(rest)} more, ${furthest(positions)}`];
}

function cellsOf({ shardId, recount, liveMs, behindMs }: ShardPosition): string[] {
  if (recount === undefined) return [shardId, liveMs === undefined ? 'no record yet' : 'not begun', ''];
  return [
    shardId,
    renderInstant(recount.atMs),
    behindMs === undefined ? '' : behindMs === 0 ? 'level' : `${renderDuration(behindMs)} behind`,
  ];
}

/** Of the arrivals from where it began up to live counting, how many the recount has. */
function shareOf({ recount, liveMs, behindMs }: ShardPosition): number {
  if (recount === undefined || liveMs === undefined) return 0;
  if (behindMs === 0) return 1;
  return (recount.atMs - recount.fromMs) / Math.max(1, liveMs - recount.fromMs);
}

function furthest(positions: readonly ShardPosition[]): string {
  const waiting = positions.filter(({ recount, liveMs }) => recount === undefined && liveMs !== undefined).length;
  if (waiting > 0) return `${renderCount(waiting)} not begun`;
  const mostMs = Math.max(0, ...positions.map(({ behindMs = 0 }) => behindMs));
  return mostMs === 0 ? 'level with live counting' : `furthest behind by ${renderDuration(mostMs)}`;
}

function behindOf({ recount, liveMs, behindMs }: ShardPosition): number {
  return recount === undefined ? (liveMs ?? 0) : (behindMs ?? 0);
}
