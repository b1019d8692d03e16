import { type BucketSize, bucketMs, formatInstant } from '@tidemark/core/series/bucket';
import { fillGaps, sparkline } from '@tidemark/core/series/sparkline';
import type { Total } from '@tidemark/core/series/total';
import stringWidth from 'string-width';
import { type Column, printable, renderCount, renderTable } from '../render.ts';

/** One series of a table: its buckets, ascending. */
export interface SeriesRow {
  readonly name: string;
  readonly totals: readonly Total[];
  readonly sum: number;
}

/** The totals of each series, in the order in which the names first come. */
export function bySeries(totals: Iterable<Total>): SeriesRow[] {
  const rows = new Map<string, { name: string; totals: Total[]; sum: number }>();
  for (const total of totals) {
    let row = rows.get(total.name);
    if (row === undefined) {
      row = { name: total.name, totals: [], sum: 0 };
      rows.set(total.name, row);
    }
    row.totals.push(total);
    row.sum += total.count;
  }
  return [...rows.values()];
}

const nameColumnsMax = 32;
/** What the figures of a line take beside its name and its sparkline. */
const figureColumns = 56;
const sparklineColumnsMin = 12;
const sparklineColumnsMax = 72;

/** A line a series with its sum, its busiest bucket and a sparkline over the whole span; several series share one span. */
export function renderSeries(totals: readonly Total[], size: BucketSize, columns: number): string {
  const rows = bySeries(totals);
  const starts = totals.map(({ startMs }) => startMs);
  const fromMs = starts.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
  const toMs = starts.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  const names = rows.map(({ name }) => printable(name, nameColumnsMax));
  const nameColumns = Math.max(...names.map((name) => stringWidth(name)));
  const width = Math.max(sparklineColumnsMin, Math.min(sparklineColumnsMax, columns - nameColumns - figureColumns));
  const sum = rows.reduce((all, row) => all + row.sum, 0);
  const cells = rows.map((row, index) => [
    names[index] ?? '',
    renderCount(row.sum),
    renderCount(row.totals.length),
    ...busiest(row.totals),
    drawn(row.totals, size, fromMs, toMs, width),
  ]);
  const header: Column[] = [
    { title: 'series' },
    { title: 'events', align: 'right' },
    { title: 'buckets', align: 'right' },
    { title: 'busiest', align: 'right' },
    { title: 'at' },
    { title: `every ${size}` },
  ];
  if (rows.length > 1) cells.push(['all', renderCount(sum), renderCount(totals.length), '', '', '']);
  return `${renderTable(header, cells)}${formatInstant(fromMs)} to ${formatInstant(toMs + bucketMs[size])}, UTC\n`;
}

/** Every bucket of one series with a bar. */
export function renderBuckets(row: SeriesRow, size: BucketSize, columns: number): string {
  const max = row.totals.reduce((most, { count }) => Math.max(most, count), 1);
  const width = Math.max(10, Math.min(60, columns - 40));
  const cells = row.totals.map(({ startMs, count }) => [
    formatInstant(startMs),
    renderCount(count),
    '▇'.repeat(Math.max(1, Math.round((count / max) * width))),
  ]);
  return renderTable([{ title: `bucket (${size})` }, { title: 'events', align: 'right' }, { title: '' }], cells);
}

function busiest(totals: readonly Total[]): [string, string] {
  const most = totals.reduce<Total | undefined>(
    (best, each) => (best === undefined || each.count > best.count ? each : best),
    undefined,
  );
  return most === undefined ? ['', ''] : [renderCount(most.count), formatInstant(most.startMs)];
}

/** Spans of more buckets than this are drawn from the buckets that there are: an event of the year 1 must not cost a billion zeros. */
const filledBucketsMax = 1_000_000;

function drawn(totals: readonly Total[], size: BucketSize, fromMs: number, toMs: number, width: number): string {
  const span = bucketMs[size];
  if ((toMs - fromMs) / span > filledBucketsMax)
    return sparkline(
      totals.map(({ count }) => count),
      width,
    );
  return sparkline(fillGaps(totals, span, fromMs, toMs), width);
}
