import { formatInstant } from '@tidemark/core/series/bucket';
import { fillGaps, sparkline } from '@tidemark/core/series/sparkline';
import type { MeasureTotal, WindowTotal } from '@tidemark/core/series/window-total';
import stringWidth from 'string-width';
import { type Column, printable, renderCount, renderTable, tableWidth } from '../render.ts';
import { byName } from './by-name.ts';
import { renderFigures } from './figures.ts';

const nameColumnsMin = 8;
const nameColumnsMax = 32;
const sparklineColumnsMin = 12;
const sparklineColumnsMax = 72;

/**
 * A line a name: its records, its windows, the average of each measure as far as the terminal has room, and a sparkline of the
 * records over the whole span, where a window without any is a gap.
 */
export function renderNames(
  totals: readonly WindowTotal[],
  seconds: number,
  measures: readonly string[],
  columns: number,
): string {
  const rows = byName(totals);
  const fromMs = totals.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY);
  const toMs = totals.reduce((most, { startMs }) => Math.max(most, startMs), Number.NEGATIVE_INFINITY);
  const counts: Column[] = ['records', 'windows'].map((title) => ({ title, align: 'right' }));
  const counted = rows.map(({ records, windows }) => [renderCount(records), renderCount(windows.length)]);
  const nameRoom = columns - tableWidth(counts, counted) - 2 - sparklineColumnsMin - 2;
  const nameColumns = Math.max(nameColumnsMin, Math.min(nameColumnsMax, nameRoom));
  const header: Column[] = [{ title: 'name' }, ...counts];
  const cells = rows.map(({ name }, index) => [printable(name, nameColumns), ...(counted[index] ?? [])]);
  for (const measure of measures) {
    const averages = renderFigures(rows.map(({ windows }) => averageOf(windows, measure)));
    const title = `${measure} average`;
    const width = Math.max(stringWidth(title), ...averages.map((each) => each.length)) + 2;
    if (tableWidth(header, cells) + width + 2 + sparklineColumnsMin > columns) break;
    header.push({ title, align: 'right' });
    for (const [index, row] of cells.entries()) row.push(averages[index] ?? '');
  }
  const room = columns - tableWidth(header, cells) - 2;
  const width = Math.max(sparklineColumnsMin, Math.min(sparklineColumnsMax, room));
  const title = `records every ${seconds} s`;
  header.push({ title: title.length <= Math.max(room, sparklineColumnsMin) ? title : `every ${seconds} s` });
  for (const [index, row] of rows.entries()) cells[index]?.push(drawn(row.windows, seconds, fromMs, toMs, width));
  return `${renderTable(header, cells)}${formatInstant(fromMs)} to ${formatInstant(toMs + seconds * 1000)}, UTC\n`;
}

/**
 * Every window of one name. Where the terminal is too narrow for all measures side by side, a table for each; where it is too
 * narrow for one of those, the records have a table too.
 */
export function renderWindows(totals: readonly WindowTotal[], measures: readonly string[], columns: number): string {
  const spans: readonly WindowColumn[] = [
    { title: 'windowStart', cells: totals.map(({ startMs }) => formatInstant(startMs)) },
    { title: 'windowEnd', cells: totals.map(({ endMs }) => formatInstant(endMs)) },
  ];
  const records: WindowColumn = {
    title: 'records',
    cells: totals.map((total) => renderCount(total.records)),
    align: 'right',
  };
  const figures = measures.map((measure) => figureColumns(totals, measure));
  const all = [...spans, records, ...figures.flat()];
  if (figures.length === 0 || fits(all, columns)) return tableOf(all);
  // The end is the start and the window's length.
  const starts = spans.slice(0, 1);
  const isNarrow = figures.some((each) => !fits([...starts, records, ...each], columns));
  const tables = isNarrow
    ? [[...starts, records], ...figures.map((each) => [...starts, ...each])]
    : figures.map((each) => {
        const wide = [...spans, records, ...each];
        return fits(wide, columns) ? wide : [...starts, records, ...each];
      });
  return tables.map(tableOf).join('\n');
}

interface WindowColumn extends Column {
  readonly cells: readonly string[];
}

function figureColumns(totals: readonly WindowTotal[], measure: string): WindowColumn[] {
  const figures: readonly [string, keyof MeasureTotal][] = [
    [`${measure} sum`, 'sum'],
    ['min', 'minimum'],
    ['max', 'maximum'],
    ['average', 'average'],
  ];
  return figures.map(([title, figure]) => ({
    title,
    align: 'right',
    cells: renderFigures(totals.map(({ measures }) => measures.get(measure)?.[figure])),
  }));
}

function fits(columns: readonly WindowColumn[], width: number): boolean {
  return tableWidth(columns, rowsOf(columns)) <= width;
}

function tableOf(columns: readonly WindowColumn[]): string {
  return renderTable(columns, rowsOf(columns));
}

function rowsOf(columns: readonly WindowColumn[]): string[][] {
  const [first] = columns;
  return (first?.cells ?? []).map((_, index) => columns.map(({ cells }) => cells[index] ?? ''));
}

/** Over all windows; undefined where none holds the measure. */
function averageOf(windows: readonly WindowTotal[], measure: string): number | undefined {
  const totals = windows.flatMap(({ measures }) => measures.get(measure) ?? []);
  const count = totals.reduce((sum, total) => sum + total.count, 0);
  return count === 0 ? undefined : totals.reduce((sum, total) => sum + total.sum, 0) / count;
}

/** Spans of more windows than this are drawn from the windows that there are. */
const filledWindowsMax = 1_000_000;

function drawn(windows: readonly WindowTotal[], seconds: number, fromMs: number, toMs: number, width: number): string {
  const spanMs = seconds * 1000;
  const counts = windows.map(({ startMs, records }) => ({ startMs, count: records }));
  if ((toMs - fromMs) / spanMs > filledWindowsMax)
    return sparkline(
      counts.map(({ count }) => count),
      width,
    );
  return sparkline(fillGaps(counts, spanMs, fromMs, toMs), width);
}
