import type { ReportedSpan, ReportLine, SeriesDifference } from '@tidemark/core/replay/report';
import type { RunItem } from '@tidemark/core/replay/run';
import { earliestMs } from '@tidemark/core/replay/timeline';
import type { StayReason } from '@tidemark/core/replay/undo';
import { isWindowSize, windowSeconds } from '@tidemark/core/series/window';
import pico from 'picocolors';
import {
  type Column,
  printable,
  renderAmount,
  renderCount,
  renderDuration,
  renderInstant,
  renderTable,
  wrapped,
} from '../render.ts';
import { commandOf, type Target } from '../target.ts';
import type { Terminal } from '../terminal.ts';
import { type Ending, exitCodeOf, stepErrorOf } from './ending.ts';
import { heldMsOf, nameOf } from './progress-text.ts';
import type { FoundRun } from './runs.ts';

/** How a run ended, for a reader: what it found, what it changed, and what can be done now. */
export function renderEnding(found: FoundRun, ending: Ending, target: Target, terminal: Terminal): string {
  const { source, run, item } = found;
  const { columns } = terminal;
  const colours = pico.createColors(terminal.interactive && pico.isColorSupported);
  const paint = exitCodeOf(found) === 0 ? colours.green : colours.red;
  const lines = [
    `${source.name}: ${nameOf(item)} ${run}: ${paint(verdictOf(item))}`,
    ...[...comparisonLines(found), ...changeLines(found), ...errorLines(item)].map((line) => `  ${line}`),
  ];
  const tables = [seriesTable(ending.report?.series ?? [], columns), staysTable(ending.undo?.stays ?? [])];
  const after = [...remarkLines(found, ending), ...whereLines(found, ending, target)];
  return [
    lines.map((line) => `${wrapped(line, columns, 4)}\n`).join(''),
    ...tables.filter((table) => table !== '').map((table) => `\n${table.replaceAll(/^(?=.)/gm, '  ')}`),
    after.length === 0 ? '' : `\n${after.map((line) => `${wrapped(`  ${line}`, columns, 4)}\n`).join('')}`,
  ].join('');
}

/** In which way it ended, in a few words. */
export function verdictOf({ Outcome, Generation, Compared, Kind, Phase }: RunItem): string {
  switch (Outcome) {
    case undefined:
      return Phase;
    case 'equal':
      return Kind === 'undo' ? 'ended' : 'all is equal, and nothing was changed';
    case 'different':
      return Compared?.Different === 0
        ? 'not everything could be decided'
        : 'there are differences; nothing was changed';
    case 'switched':
      return `switched to generation ${Generation}`;
    case 'undone':
      return 'undone';
    case 'cancelled':
      return 'cancelled: the counts are as they were, and counting goes on';
    default:
      return `${Outcome === 'failed' ? 'failed' : 'given up'} before the switch: the counts are as they were, and counting goes on`;
  }
}

function comparisonLines({ item }: FoundRun): string[] {
  const { Compared, FirstMs, ToMs, From, Reason } = item;
  const reason = Reason === undefined ? [] : [`reason: ${printable(Reason)}`];
  const asked =
    From === undefined ? [] : [`from ${fromText(From)}${ToMs === undefined ? '' : ` to ${renderInstant(ToMs)}`}`];
  if (Compared === undefined) return [...asked, ...reason];
  const { Equal, Different, Undecided, UndecidedClosed } = Compared;
  const range =
    FirstMs === undefined || FirstMs <= earliestMs
      ? ''
      : ` in buckets from ${renderInstant(FirstMs)}${ToMs === undefined ? ' on' : ` to ${renderInstant(ToMs)}`}`;
  const open = Undecided - UndecidedClosed;
  const undecided =
    Undecided === 0
      ? ''
      : ` (${renderCount(open)} of buckets that were still open, ${renderCount(UndecidedClosed)} others)`;
  const ended = item.ReportKey === undefined ? ', until it ended' : '';
  return [
    ...reason,
    `compared ${renderAmount(Equal + Different + Undecided, 'partial', 'partials')}${range}, one a series, bucket and shard${ended}`,
    `${renderCount(Equal)} equal, ${renderCount(Different)} different, ${renderCount(Undecided)} undecided${undecided}`,
  ];
}

function fromText(from: NonNullable<RunItem['From']>): string {
  return from === 'trim-horizon' ? 'the oldest record of the stream' : renderInstant(from);
}

function changeLines({ item }: FoundRun): string[] {
  const { Corrected, EndedMs, StartedMs, GivenBack, Stays, Undoes, UndoneBy } = item;
  const heldMs = heldMsOf(item, EndedMs ?? item.StartedMs);
  return [
    ...(heldMs === undefined ? [] : [`counting was held for ${renderDuration(heldMs)}`]),
    ...(GivenBack === undefined
      ? []
      : [
          `given back ${renderAmount(GivenBack, 'range', 'ranges')} of run ${Undoes}; ${renderAmount(Stays ?? 0, 'bucket stays', 'buckets stay')} as they are`,
        ]),
    ...(Corrected === undefined ? [] : [correctedLine(Corrected)]),
    ...(EndedMs === undefined ? [] : [`took ${renderDuration(EndedMs - StartedMs)}, ended ${renderInstant(EndedMs)}`]),
    ...(UndoneBy === undefined ? [] : [`was undone by run ${UndoneBy}`]),
  ];
}

function correctedLine({ Data, TooOld, TooNew, NotCorrectable }: NonNullable<RunItem['Corrected']>): string {
  const not = [
    TooOld > 0 && `${renderCount(TooOld)} too old`,
    TooNew > 0 && `${renderCount(TooNew)} too new`,
    NotCorrectable > 0 && `${renderCount(NotCorrectable)} that no statistic set can express`,
  ].filter((each) => each !== false);
  const rest = not.length === 0 ? '' : `; not corrected there: ${not.join(', ')}`;
  return `corrected ${renderAmount(Data, 'data point', 'data points')} in CloudWatch${rest}`;
}

function errorLines({ Error: error, Outcome }: RunItem): string[] {
  // Of a run that was cancelled it says that it was.
  if (error === undefined || Outcome === 'cancelled') return [];
  const name = stepErrorOf(error);
  const heading = name === undefined ? 'Replay' : `Replay: ${name}`;
  return [printable(error), `see docs/operating/runbook.md, "${heading}"`];
}

/** Rows of the table; the report has more, and its parts have all. */
const seriesShown = 12;
const figureColumns = 34;

function seriesTable(series: readonly SeriesDifference[], columns: number): string {
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
  'counted-since': 'events were counted into them since',
  'no-checkpoint': 'a shard has counted into them that was not counted yet at the hold',
  'too-many-runs': 'they lie in more than a hundred pieces',
};
const staysShown = 20;

function staysTable(stays: readonly (ReportedSpan & { readonly reason: StayReason })[]): string {
  if (stays.length === 0) return '';
  const rows = stays
    .slice(0, staysShown)
    .map(({ size, from, to, reason }) => [size, shortened(from), shortened(to), reasons[reason]]);
  const rest = stays.length - rows.length;
  const table = renderTable([{ title: 'stay' }, { title: 'from' }, { title: 'to before' }, { title: 'because' }], rows);
  return `${table}${rest === 0 ? '' : `and ${renderCount(rest)} more\n`}`;
}

function shortened(time: string | null): string {
  return time === null ? '' : renderInstant(Date.parse(time));
}

function remarkLines({ source, item }: FoundRun, { report, undo }: Ending): string[] {
  const hasWindows = report !== undefined && source.window !== undefined;
  const windows = hasWindows
    ? [
        `A window that is still open is undecided. Rows of windows of another length than ${source.window?.seconds} s are not compared.`,
      ]
    : [];
  const gone =
    item.ReportKey !== undefined && report === undefined && undo === undefined
      ? ['The report is not there any more.']
      : [];
  return [...(report?.remarks ?? []), ...windows, ...gone];
}

function whereLines({ source, run, item }: FoundRun, { report }: Ending, target: Target): string[] {
  const { ReportKey, Outcome, Kind, UndoneBy } = item;
  const command = commandOf(target);
  const isDifferent = (item.Compared?.Different ?? 0) + (item.Compared?.UndecidedClosed ?? 0) > 0;
  return [
    ...(ReportKey === undefined ? [] : [`Report: s3://${source.bucket}/${ReportKey}`]),
    ...(isDifferent && report !== undefined ? [`Each of them: ${command} replay status ${run} --differences`] : []),
    ...(Outcome === 'different' && item.Verify === true ? [`Repair them: ${command} ${again(source.name, item)}`] : []),
    ...(Outcome === 'switched' && Kind !== 'undo' && UndoneBy === undefined
      ? [`Take it back: ${command} replay undo ${run}`]
      : []),
  ];
}

function again(source: string, { Kind, From, ToMs }: RunItem): string {
  const from = From === 'trim-horizon' || From === undefined ? 'trim-horizon' : renderInstant(From);
  const to = ToMs === undefined ? '' : ` --to ${renderInstant(ToMs)}`;
  return `${Kind} start --source ${source} --from ${from}${to}`;
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
