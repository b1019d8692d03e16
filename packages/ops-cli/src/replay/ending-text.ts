import type { RunItem } from '@tidemark/core/replay/run';
import { earliestMs } from '@tidemark/core/replay/timeline';
import pico from 'picocolors';
import {
  prunedSeriesTable,
  prunedTable,
  pruneLines,
  pruneVerdict,
  pruneWhere,
  sweptRemarks,
} from '../prune/ending-text.ts';
import { printable, renderAmount, renderCount, renderDuration, renderInstant, wrapped } from '../render.ts';
import { commandOf, type Target } from '../target.ts';
import type { Terminal } from '../terminal.ts';
import { type Ending, exitCodeOf, headingOf, plainError } from './ending.ts';
import { seriesTable, staysTables } from './ending-tables.ts';
import { familyOf } from './family.ts';
import { heldMsOf, nameOf } from './progress-text.ts';
import type { FoundRun } from './runs.ts';

/** How a run ended, for a reader: what it found, what it changed, and what can be done now. */
export function renderEnding(found: FoundRun, ending: Ending, target: Target, terminal: Terminal): string {
  const { source, run, item } = found;
  const { columns } = terminal;
  const colours = pico.createColors(terminal.interactive && pico.isColorSupported);
  const paint = exitCodeOf(found) === 0 ? colours.green : colours.red;
  const { did, tables, remarks, where } =
    familyOf(item.Kind) === 'prune'
      ? pruneParts(found, ending, target, columns)
      : replayParts(found, ending, target, columns);
  const lines = [
    `${source.name}: ${nameOf(item)} ${run}: ${paint(verdictOf(item))}`,
    ...[...did, ...timeLines(item), ...errorLines(item)].map((line) => `  ${line}`),
  ];
  const after = [
    ...remarks.map((line) => wrapped(`  ${line}`, columns, 4)),
    ...where.map(([label, value]) => labelled(label, value, columns)),
  ];
  return [
    lines.map((line) => `${wrapped(line, columns, 4)}\n`).join(''),
    ...tables.filter((table) => table !== '').map((table) => `\n${table.replaceAll(/^(?=.)/gm, '  ')}`),
    after.length === 0 ? '' : `\n${after.map((line) => `${line}\n`).join('')}`,
  ].join('');
}

interface EndingParts {
  readonly did: readonly string[];
  readonly tables: readonly string[];
  readonly remarks: readonly string[];
  readonly where: readonly [string, string][];
}

function replayParts(found: FoundRun, ending: Ending, target: Target, columns: number): EndingParts {
  return {
    did: [...reasonLines(found.item), ...comparisonLines(found), ...changeLines(found)],
    tables: [seriesTable(ending.report?.series ?? [], columns), ...staysTables(ending.undo?.stays ?? [], columns)],
    remarks: remarkLines(found, ending),
    where: whereLines(found, ending, target),
  };
}

function pruneParts(found: FoundRun, { prune }: Ending, target: Target, columns: number): EndingParts {
  const { item } = found;
  return {
    did: [...reasonLines(item), ...pruneLines(found)],
    tables: [prunedTable(item), prunedSeriesTable(prune?.series ?? [], columns)],
    remarks: sweptRemarks(prune),
    where: pruneWhere(found, target),
  };
}

function reasonLines({ Reason }: RunItem): string[] {
  return Reason === undefined ? [] : [`reason: ${printable(Reason)}`];
}

/** In which way it ended, in a few words. */
export function verdictOf(item: RunItem): string {
  const { Outcome, Generation, Compared, Kind, Phase } = item;
  if (familyOf(Kind) === 'prune') return pruneVerdict(item);
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
  const { Compared, FirstMs, ToMs, From } = item;
  const asked =
    From === undefined ? [] : [`from ${fromText(From)}${ToMs === undefined ? '' : ` to ${renderInstant(ToMs)}`}`];
  if (Compared === undefined) return asked;
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
    `compared ${renderAmount(Equal + Different + Undecided, 'partial', 'partials')}${range}, one a series, bucket and shard${ended}`,
    `${renderCount(Equal)} equal, ${renderCount(Different)} different, ${renderCount(Undecided)} undecided${undecided}`,
  ];
}

function fromText(from: NonNullable<RunItem['From']>): string {
  return from === 'trim-horizon' ? 'the oldest record of the stream' : renderInstant(from);
}

function changeLines({ item }: FoundRun): string[] {
  const { Corrected, EndedMs, GivenBack, Stays, Undoes, UndoneBy, UndoPrunedBy } = item;
  const heldMs = heldMsOf(item, EndedMs ?? item.StartedMs);
  return [
    ...(heldMs === undefined ? [] : [`counting was held for ${renderDuration(heldMs)}`]),
    ...(GivenBack === undefined
      ? []
      : [
          `given back ${renderAmount(GivenBack, 'range', 'ranges')} of run ${Undoes}; ${renderAmount(Stays ?? 0, 'bucket stays', 'buckets stay')} as they are`,
        ]),
    ...(Corrected === undefined ? [] : [correctedLine(Corrected)]),
    ...(UndoneBy === undefined ? [] : [`was undone by run ${UndoneBy}`]),
    ...(UndoPrunedBy === undefined
      ? []
      : [`what it replaced was deleted by prune ${UndoPrunedBy}: it can no longer be taken back`]),
  ];
}

function timeLines({ StartedMs, EndedMs }: RunItem): string[] {
  return EndedMs === undefined ? [] : [`took ${renderDuration(EndedMs - StartedMs)}, ended ${renderInstant(EndedMs)}`];
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

function errorLines({ Error: error, Outcome, Kind }: RunItem): string[] {
  // Of a run that was cancelled it says that it was.
  if (error === undefined || Outcome === 'cancelled') return [];
  return [printable(plainError(error)), `see docs/operating/runbook.md, "${headingOf(error, familyOf(Kind))}"`];
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

/** Where to go on: what it is, and what can be copied. */
function whereLines({ source, run, item }: FoundRun, { report }: Ending, target: Target): [string, string][] {
  const { ReportKey, Outcome, Kind, UndoneBy, UndoPrunedBy, Verify } = item;
  const command = commandOf(target);
  const isDifferent = (item.Compared?.Different ?? 0) + (item.Compared?.UndecidedClosed ?? 0) > 0;
  const lines: [string, string][] = [];
  if (ReportKey !== undefined) lines.push(['Report', `s3://${source.bucket}/${ReportKey}`]);
  if (isDifferent && report !== undefined) {
    lines.push(['Each of them', `${command} replay status ${run} --differences`]);
  }
  if (Outcome === 'different') {
    lines.push(['What to make of it', 'docs/operating/runbook.md, "Replay: different"']);
  }
  if ((item.Stays ?? 0) > 0) lines.push(['What that means', 'docs/operating/runbook.md, "Replay: buckets stay"']);
  if (Outcome === 'different' && Verify === true) lines.push(['Repair them', `${command} ${again(source.name, item)}`]);
  if (Outcome === 'switched' && Kind !== 'undo' && UndoneBy === undefined && UndoPrunedBy === undefined) {
    lines.push(['Take it back', `${command} replay undo ${run}`]);
  }
  return lines;
}

/** What can be copied is never broken: where it does not fit, it has a line of its own. */
function labelled(label: string, value: string, columns: number): string {
  const line = `  ${label}: ${value}`;
  return line.length <= columns ? line : `  ${label}:\n    ${value}`;
}

function again(source: string, { Kind, From, ToMs }: RunItem): string {
  const from = From === 'trim-horizon' || From === undefined ? 'trim-horizon' : renderInstant(From);
  const to = ToMs === undefined ? '' : ` --to ${renderInstant(ToMs)}`;
  return `${Kind} start --source ${source} --from ${from}${to}`;
}
