import { fillGaps, sparkline } from '@tidemark/core/series/sparkline';
import { measureNames, type WindowTotal } from '@tidemark/core/series/window-total';
import {
  type Column,
  printable,
  renderBar,
  renderCount,
  renderDuration,
  renderRate,
  renderTable,
  tableWidth,
} from '@tidemark/ops-cli/render';
import { byName, type NameRow } from '@tidemark/ops-cli/windows/by-name';
import { renderFigures } from '@tidemark/ops-cli/windows/figures';
import type { Moment } from '../watch.ts';
import type { ReadingPlan } from './plan.ts';
import { doneWith, type WindowReading } from './reading.ts';

/** What a picture is of, beside the moment. */
export interface Scene {
  readonly title: string;
  /** The window's length in seconds, and the measures of the source. */
  readonly seconds: number;
  readonly measures: readonly string[];
  readonly pace: number;
  /** Time of the first reading, milliseconds since the epoch. */
  readonly firstMs: number;
  /** The engine's clock, milliseconds since the epoch. */
  readonly nowMs: number;
}

const namesMax = 8;
const barColumnsMax = 24;
/** What a meter's figures take beside its bar. */
const meterColumns = 44;
/** Windows of a sparkline: more of them from so many columns on. */
const shownMin = 12;
const shownMax = 30;
const wideColumns = 120;

/** What is about to be sent, and how long that takes: with readings a day apart, hours. */
export function renderPlan({ firstMs, lastMs }: Pick<ReadingPlan, 'firstMs' | 'lastMs'>, pace: number): string {
  const spanMs = lastMs - firstMs;
  if (spanMs === 0) return 'readings of one moment';
  const speed = pace === 1 ? 'as fast as they were taken' : `${pace} times as fast`;
  return `${renderDuration(spanMs)} of readings, ${speed}: ${renderDuration(spanMs / pace)} at least`;
}

/** The whole picture, drawn anew in place on a terminal. */
export function renderMoment(moment: Moment<WindowReading>, scene: Scene, columns: number): string {
  const { sent, toSend = sent, sending, seconds, reading, sentPerSecond, countedPerSecond } = moment;
  const { Quarantined = 0, Redelivered = 0 } = reading?.ledger ?? {};
  const windows = reading?.windows ?? [];
  const lines = [
    scene.title,
    '',
    `clock   ${new Date(scene.nowMs).toISOString().slice(0, 19).replace('T', ' ')}${sending && scene.pace !== 1 ? `, ${scene.pace} times as fast` : ''}`,
    meter('sent', sent, toSend, sentPerSecond, columns),
    meter('counted', reading === undefined ? 0 : doneWith(reading), toSend, countedPerSecond, columns),
    `${' '.repeat(10)}= ${renderCount(reading?.inTable ?? 0)} into windows + ${renderCount(Quarantined)} into quarantine`,
    `${' '.repeat(10)}redelivered ${renderCount(Redelivered)}; ${seconds.toFixed(1)} s`,
    '',
  ];
  return `${lines.join('\n')}\n${renderTop(windows, scene, columns)}`;
}

function meter(word: string, done: number, all: number, perSecond: number, columns: number): string {
  const barColumns = Math.max(4, Math.min(barColumnsMax, columns - meterColumns));
  const share = all === 0 ? 0 : Math.min(1, done / all);
  const bar = `${renderBar(share, barColumns)} ${Math.floor(share * 100)} %`;
  return `${word.padEnd(8)}${renderCount(done).padStart(12)}  ${bar}  ${renderRate(Math.max(0, perSecond))}`;
}

/**
 * A line a name: all its readings, those of the newest window, those of each window before it as a sparkline, in which a silence is a gap,
 * and, as far as there is room, each measure's average in the newest window and a sparkline of its averages.
 */
export function renderTop(
  windows: readonly WindowTotal[],
  { seconds, measures }: Pick<Scene, 'seconds' | 'measures'>,
  columns: number,
): string {
  if (windows.length === 0) return '';
  const names = namesToShow(windows);
  const rows = names.slice(0, namesMax);
  const frame = frameOf(windows, seconds * 1000, columns);
  const newest = rows.map((row) => row.windows.find(({ startMs }) => startMs === frame.newestMs));
  const header: Column[] = [
    { title: 'name' },
    { title: 'readings', align: 'right' },
    { title: clockTime(frame.newestMs), align: 'right' },
    { title: `every ${seconds} s` },
  ];
  const nameColumns = Math.max(6, Math.min(24, columns - 30 - frame.shown));
  let cells = rows.map(({ name, records, windows }, index) => [
    printable(name, nameColumns),
    renderCount(records),
    newest[index] === undefined ? 'silent' : renderCount(newest[index].records),
    drawn(
      windows.map(({ startMs, records }) => ({ startMs, count: records })),
      frame,
    ),
  ]);
  for (const measure of measureNames(windows, measures)) {
    const averages = renderFigures(newest.map((window) => window?.measures.get(measure)?.average));
    const lines = rows.map(({ windows }) => drawn(averagesOf(windows, measure), frame));
    const figure: Column = { title: measure, align: 'right' };
    const withFigure = cells.map((row, index) => [...row, averages[index] ?? '']);
    const withLine = withFigure.map((row, index) => [...row, lines[index] ?? '']);
    if (tableWidth([...header, figure], withFigure) > columns) break;
    const hasRoom = tableWidth([...header, figure, { title: '' }], withLine) <= columns;
    header.push(figure, ...(hasRoom ? [{ title: '' }] : []));
    cells = hasRoom ? withLine : withFigure;
  }
  const more = names.length - namesMax;
  return more > 0 ? `${renderTable(header, cells)}and ${renderCount(more)} more\n` : renderTable(header, cells);
}

/** Which windows sparklines show. */
interface Frame {
  readonly spanMs: number;
  readonly newestMs: number;
  readonly shown: number;
}

function frameOf(windows: readonly WindowTotal[], spanMs: number, columns: number): Frame {
  const newestMs = windows.reduce((most, { startMs }) => Math.max(most, startMs), Number.NEGATIVE_INFINITY);
  const oldestMs = windows.reduce((least, { startMs }) => Math.min(least, startMs), newestMs);
  const most = columns < wideColumns ? shownMin : shownMax;
  const shown = Math.max(shownMin, Math.min(most, Math.round((newestMs - oldestMs) / spanMs) + 1));
  return { spanMs, newestMs, shown };
}

function drawn(
  values: readonly { readonly startMs: number; readonly count: number }[],
  { spanMs, newestMs, shown }: Frame,
): string {
  const fromMs = newestMs - (shown - 1) * spanMs;
  return sparkline(fillGaps(values, spanMs, fromMs, newestMs), shown);
}

/** As heights above zero: where an average is negative, all are raised, so that the lowest still shows. */
function averagesOf(
  windows: readonly WindowTotal[],
  measure: string,
): { readonly startMs: number; readonly count: number }[] {
  const averages = windows.flatMap(({ startMs, measures }) => {
    const average = measures.get(measure)?.average;
    return average === undefined ? [] : [{ startMs, count: average }];
  });
  const lowest = averages.reduce((least, { count }) => Math.min(least, count), 0);
  const highest = averages.reduce((most, { count }) => Math.max(most, count), lowest);
  const raised = lowest < 0 ? (highest - lowest) / 8 - lowest : 0;
  // Nothing is drawn for zero, which says that there were no readings.
  return averages.map(({ startMs, count }) => ({ startMs, count: Math.max(count + raised, Number.MIN_VALUE) }));
}

/** Those with the most readings first where not all can be shown, else by name. */
export function namesToShow(windows: readonly WindowTotal[]): NameRow[] {
  const all = byName(windows);
  return all.length > namesMax ? all.sort((one, other) => other.records - one.records) : all;
}

/** `09:04`, with its seconds where they are not zero. */
function clockTime(timeMs: number): string {
  const time = new Date(timeMs).toISOString().slice(11, 19);
  return time.endsWith(':00') ? time.slice(0, 5) : time;
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** One line, for where nothing can be drawn in place. */
export function renderLine(
  moment: Moment<WindowReading>,
  { firstMs, nowMs }: Pick<Scene, 'firstMs' | 'nowMs'>,
): string {
  const { sent, seconds, reading } = moment;
  const done = reading === undefined ? 0 : doneWith(reading);
  return (
    `${seconds.toFixed(1).padStart(6)} s  clock ${dayOf(nowMs) === dayOf(firstMs) ? '' : `${dayOf(nowMs)} `}${new Date(nowMs).toISOString().slice(11, 19)}  sent ${renderCount(sent)}` +
    `  counted ${renderCount(done)}, ${renderCount(reading?.ledger.Quarantined ?? 0)} of them into quarantine` +
    `  rows ${renderCount(reading?.windows.length ?? 0)}\n`
  );
}
