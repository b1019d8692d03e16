import { type BucketSize, bucketMs, formatInstant } from '@tidemark/core/series/bucket';
import { fillGaps, sparkline } from '@tidemark/core/series/sparkline';
import type { Total } from '@tidemark/core/series/total';
import { bySeries } from '@tidemark/ops-cli/counters/table';
import { printable, renderBar, renderCount, renderRate, renderTable } from '@tidemark/ops-cli/render';
import { doneWith, publishedOf, type Reading } from './reading.ts';
import type { Moment } from './watch.ts';

const seriesMax = 8;
const barColumnsMax = 24;
/** What a meter's figures take beside its bar. */
const meterColumns = 44;
/** From so many columns on, a line has room for the busiest bucket too. */
const wideColumns = 96;

/** The whole picture, drawn anew in place on a terminal. */
export function renderMoment(moment: Moment<Reading>, title: string, size: BucketSize, columns: number): string {
  const { sent, toSend, sending, seconds, reading } = moment;
  const { Quarantined = 0, Redelivered = 0 } = reading?.ledger ?? {};
  const all = toSend ?? (sending ? undefined : sent);
  const lines = [
    title,
    '',
    meter('sent', sent, all, moment.sentPerSecond, columns),
    meter('counted', reading === undefined ? 0 : doneWith(reading), all, moment.countedPerSecond, columns),
    `${' '.repeat(10)}= ${renderCount(reading?.inTable ?? 0)} into buckets + ${renderCount(Quarantined)} into quarantine`,
    `${' '.repeat(10)}redelivered ${renderCount(Redelivered)}; ${seconds.toFixed(1)} s`,
    '',
  ];
  return `${lines.join('\n')}\n${reading === undefined ? '' : renderTop(reading.totals, reading.metric, size, columns)}`;
}

function meter(word: string, done: number, all: number | undefined, perSecond: number, columns: number): string {
  const barColumns = Math.max(4, Math.min(barColumnsMax, columns - meterColumns));
  const bar =
    all === undefined || all === 0
      ? ''
      : `  ${renderBar(done / all, barColumns)} ${Math.floor((Math.min(done, all) / all) * 100)} %`;
  return `${word.padEnd(8)}${renderCount(done).padStart(12)}${bar}  ${renderRate(Math.max(0, perSecond))}`;
}

/** The largest series with their sums in the table and in CloudWatch, their busiest bucket and a sparkline. */
export function renderTop(
  totals: readonly Total[],
  metric: ReadonlyMap<string, number>,
  size: BucketSize,
  columns: number,
): string {
  const rows = bySeries(totals).sort((one, other) => other.sum - one.sum);
  if (rows.length === 0) return '';
  const starts = totals.map(({ startMs }) => startMs);
  const toMs = starts.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  const span = bucketMs[size];
  const isWide = columns >= wideColumns;
  const nameColumns = isWide ? 18 : Math.max(8, Math.min(24, columns - 48));
  const width = Math.max(12, Math.min(48, isWide ? columns - 76 : columns - nameColumns - 26));
  const leastMs = starts.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
  // A few stray old events must not press the rest into one column.
  const fromMs = Math.max(leastMs, toMs - (columns > 130 ? 96 : 48) * span);
  const cells = rows.slice(0, seriesMax).map((row) => {
    const busiest = row.totals.reduce((most, each) => (each.count > most.count ? each : most));
    return [
      printable(row.name, nameColumns),
      renderCount(row.sum),
      renderCount(metric.get(row.name) ?? 0),
      sparkline(fillGaps(row.totals, span, fromMs, toMs), width),
      ...(isWide ? [`${renderCount(busiest.count)} at ${formatInstant(busiest.startMs).slice(0, 16)}Z`] : []),
    ];
  });
  const table = renderTable(
    [
      { title: 'series' },
      { title: 'table', align: 'right' },
      { title: 'CloudWatch', align: 'right' },
      { title: width < 24 ? `every ${size}` : `every ${size} to ${formatInstant(toMs + span).slice(5, 16)}Z` },
      ...(isWide ? [{ title: 'busiest' }] : []),
    ],
    cells,
  );
  const more = rows.length - seriesMax;
  return more > 0 ? `${table}and ${renderCount(more)} more\n` : table;
}

/** One line, for where nothing can be drawn in place. */
export function renderLine(moment: Moment<Reading>): string {
  const { sent, seconds, reading } = moment;
  const done = reading === undefined ? 0 : doneWith(reading);
  const published = reading === undefined ? 0 : publishedOf(reading);
  return (
    `${seconds.toFixed(1).padStart(6)} s  sent ${renderCount(sent)} (${renderRate(Math.max(0, moment.sentPerSecond))})` +
    `  counted ${renderCount(done)} (${renderRate(Math.max(0, moment.countedPerSecond))}), ${renderCount(reading?.ledger.Quarantined ?? 0)} of them into quarantine` +
    `  published ${renderCount(published)}\n`
  );
}
