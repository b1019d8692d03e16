import type { DeployedSource } from '@tidemark/core/deployment';
import { bucketMs } from '@tidemark/core/series/bucket';
import { fillGaps, sparkline } from '@tidemark/core/series/sparkline';
import type { Tables } from '../aws/dynamodb.ts';
import { readTotals } from '../counters/totals.ts';
import { printable, renderCount, renderInstant } from '../render.ts';
import { readWindowTotals } from '../windows/totals.ts';

/** The events of a series around a moment, as the table has them now. */
export interface Chart {
  readonly series: string;
  /** `1m`, `window` */
  readonly size: string;
  readonly stepMs: number;
  readonly fromMs: number;
  /** Ascending; nothing counted is zero. */
  readonly values: readonly number[];
  /** When the alarm turned on. */
  readonly momentMs: number;
}

/** Buckets before the moment, and at most as many after it, of those that are over. */
const stepsEach = 60;
const indent = '  ';
const chartColumnsMin = 20;

/** Reads it in the smallest buckets that the source has, or, where it has none, in its windows. */
export async function readChart(
  tables: Tables,
  source: DeployedSource,
  series: string,
  momentMs: number,
  nowMs: number,
): Promise<Chart | undefined> {
  const size = source.buckets.toSorted((one, other) => bucketMs[one] - bucketMs[other])[0];
  const stepMs = size === undefined ? (source.window?.seconds ?? 0) * 1000 : bucketMs[size];
  if (stepMs === 0) return undefined;
  const startOf = (ms: number): number => Math.floor(ms / stepMs) * stepMs;
  const fromMs = startOf(momentMs) - stepsEach * stepMs;
  // What goes on still would look like a fall.
  const lastMs = Math.min(startOf(nowMs) - stepMs, startOf(momentMs) + stepsEach * stepMs);
  const query = { name: series, fromMs, toMs: lastMs + stepMs };
  const totals =
    size === undefined
      ? (await readWindowTotals(tables, source, query)).map(({ startMs, records }) => ({ startMs, count: records }))
      : await readTotals(tables, source, { ...query, size });
  const values = fillGaps(totals, stepMs, fromMs, lastMs);
  return { ...{ series, stepMs, fromMs, values, momentMs }, size: size ?? 'window' };
}

/** A title, the bars, and a mark below the moment. */
export function renderChart(chart: Chart, columns: number): string {
  const { series, size, stepMs, fromMs, values, momentMs } = chart;
  const toMs = fromMs + values.length * stepMs;
  const title = `${printable(series, 40)}, ${size === 'window' ? 'readings a window' : `events in ${size}`}, ${renderInstant(fromMs)} to ${renderInstant(toMs)}`;
  if (values.every((value) => value === 0)) return `${title}\n${indent}nothing is there of that time\n`;
  // Bars stand for several buckets where there is no room for all, the first for fewer: as `sparkline` has it.
  const width = Math.max(chartColumnsMin, columns - indent.length - 2);
  const perBar = Math.max(1, Math.ceil(values.length / width));
  const bars = Math.ceil(values.length / perBar);
  const place = Math.floor(((momentMs - fromMs) / stepMs + bars * perBar - values.length) / perBar);
  const mark = `^ on at ${renderInstant(momentMs)}`;
  const before = place + 1;
  const markLine =
    before + mark.length <= columns - indent.length
      ? `${' '.repeat(before)}${mark}`
      : `${' '.repeat(Math.max(0, before - mark.length + 1))}${mark.slice(2)} ^`;
  const peak = `highest ${renderCount(Math.max(...values))}, last ${renderCount(values.at(-1) ?? 0)}`;
  return `${title}\n${indent}|${sparkline(values, width)}|\n${indent}${markLine}\n${indent}${peak}\n`;
}
