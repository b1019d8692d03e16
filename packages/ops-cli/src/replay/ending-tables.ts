import type { ReportedSpan, ReportLine, SeriesDifference } from '@tidemark/core/replay/report';
import type { StayReason } from '@tidemark/core/replay/undo';
import { isWindowSize, windowSeconds } from '@tidemark/core/series/window';
import { type Column, printable, renderCount, renderInstant, renderTable, wrapped } from '../render.ts';

/** Rows of the table; the report has more, and its parts have all. */
const seriesShown = 12;
const figureColumns = 34;

/** How many partials of which series differ, the worst first; empty where none does. */
export function seriesTable(series: readonly SeriesDifference[], columns: number): string {
  if (series.length === 0) return '';
  const header: Column[] = [
    { title: 'series' },
    { title: 'size' },
    { title: 'different', align: 'right' },
    { title: 'events', align: 'right' },
  ];
  const worst = series.toSorted((one, other) => other.different - one.different).slice(0, seriesShown);
  const rows = worst.map(({ name, size, different, events }) => [
    printable(name, Math.max(12, columns - figureColumns)),
    size,
    renderCount(different),
    signed(events),
  ]);
  const rest = series.length - worst.length;
  return `${renderTable(header, rows)}${rest === 0 ? '' : `and ${renderCount(rest)} more\n`}`;
}

/** What the recount has more, or less. */
function signed(events: number): string {
  return events > 0 ? `+${renderCount(events)}` : renderCount(events);
}

const reasons: Readonly<Record<StayReason, string>> = {
  'counted-since': 'Stay, since events were counted into them after the switch:',
  'no-checkpoint': 'Stay, since a shard has counted into them that live counting had not begun with when it was held:',
  'too-many-runs': 'Stay, since they lie in more than a hundred pieces, of which the longest are given back:',
};
const staysShown = 20;

/** The buckets that an undo leaves as they are: a table a reason. */
export function staysTables(
  stays: readonly (ReportedSpan & { readonly reason: StayReason })[],
  columns: number,
): string[] {
  return (Object.keys(reasons) as StayReason[]).map((reason) => {
    const spans = stays.filter((each) => each.reason === reason);
    if (spans.length === 0) return '';
    const rows = spans.slice(0, staysShown).map(({ size, from, to }) => [size, shortened(from), shortened(to)]);
    const table = renderTable([{ title: 'size' }, { title: 'from' }, { title: 'to before' }], rows);
    const rest = spans.length - rows.length;
    return `${wrapped(reasons[reason], columns - 2, 0)}\n${table}${rest === 0 ? '' : `and ${renderCount(rest)} more\n`}`;
  });
}

function shortened(time: string | null): string {
  return time === null ? '' : renderInstant(Date.parse(time));
}

/** One line of the report. */
export function renderReportLine({ verdict, name, size, start, slice, live, recount }: ReportLine): string {
  const span = isWindowSize(size) ? `${windowSeconds(size)} s` : size;
  const has = (content: ReportLine['live']): string =>
    content === null ? 'nothing' : `${renderCount(content.events)} (up to ${content.lastSequence.slice(-12)})`;
  const isSame = live?.events === recount?.events && live?.lastSequence === recount?.lastSequence;
  if (isSame)
    return `${verdict}  ${printable(name)}  ${span} ${start}  ${slice}  counted and recounted ${has(live)}, with other measures\n`;
  return `${verdict}  ${printable(name)}  ${span} ${start}  ${slice}  counted ${has(live)}, recounted ${has(recount)}\n`;
}
