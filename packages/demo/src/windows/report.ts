import { formatInstant } from '@tidemark/core/series/bucket';
import { type MeasureTotal, measureNames } from '@tidemark/core/series/window-total';
import {
  type Column,
  printable,
  renderAmount,
  renderCount,
  renderDuration,
  renderTable,
  tableWidth,
} from '@tidemark/ops-cli/render';
import { renderFigures } from '@tidemark/ops-cli/windows/figures';
import type { DemoOptions } from '../options.ts';
import type { Screen } from '../screen.ts';
import { isExact, type WindowResult } from './run.ts';
import { mismatches } from './verdict.ts';
import { namesToShow } from './view.ts';

const namesMax = 12;
const differencesMax = 20;
const faultsMax = 5;

/** What a run came to, for a reader: totals of the names, the comparison, and what to try next. */
export function renderReport(
  result: WindowResult,
  options: DemoOptions,
  { colours, columns }: Pick<Screen, 'colours' | 'columns'>,
): string {
  const written = options.bucket === undefined ? 'The windows are in' : `The counts of ${options.bucket} are in`;
  return [
    ...result.plan.remarks.map((remark) => `${remark}\n`),
    `\n${totalsTable(result, columns)}`,
    verdictText(result, colours),
    options.export === undefined ? '' : `\n${written} ${options.export}.\n`,
    isExact(result) ? nextSteps(options, result) : '',
  ].join('');
}

/** The one JSON object of `--json`. */
export function reportJson(result: WindowResult): unknown {
  const { sent, watched, verdict, seconds } = result;
  const { Counted, Quarantined, Redelivered } = watched.reading.ledger;
  return {
    sent,
    counted: Counted,
    redelivered: Redelivered,
    quarantined: Quarantined,
    rows: verdict.rows + (verdict.counts?.rows ?? 0),
    mismatches: mismatches(verdict) + (watched.isComplete ? 0 : 1),
    seconds: Math.round(seconds * 1000) / 1000,
    late: verdict.late,
    sums: verdict.sums,
    equalSums: verdict.equalSums,
  };
}

/** A line a name and measure, over all windows, with the figures that the screen has room for. */
function totalsTable({ source, watched }: WindowResult, columns: number): string {
  const { windows } = watched.reading;
  const names = namesToShow(windows);
  const shown = names.slice(0, namesMax);
  const configured = (source.event.measures ?? []).map(({ name }) => name);
  const rows = shown.flatMap(({ name, records, windows }) =>
    measureNames(windows, configured).map((measure, index) => ({
      cells: index === 0 ? [printable(name, 24), renderCount(records), renderCount(windows.length)] : ['', '', ''],
      measure,
      total: overall(windows.flatMap(({ measures }) => measures.get(measure) ?? [])),
    })),
  );
  const header: Column[] = [
    { title: 'name' },
    ...['readings', 'windows'].map((title) => ({ title, align: 'right' as const })),
    { title: 'measure' },
  ];
  let cells = rows.map(({ cells, measure }) => [...cells, measure]);
  for (const [title, figure] of shownFigures) {
    const column: Column = { title, align: 'right' };
    const figures = columnOf(rows, figure);
    const wider = cells.map((row, index) => [...row, figures[index] ?? '']);
    if (tableWidth([...header, column], wider) > columns) break;
    header.push(column);
    cells = wider;
  }
  const more = names.length - shown.length;
  return more > 0 ? `${renderTable(header, cells)}and ${renderCount(more)} more\n` : renderTable(header, cells);
}

const shownFigures = [
  ['sum', 'sum'],
  ['average', 'average'],
  ['min', 'minimum'],
  ['max', 'maximum'],
] as const;

type Overall = Omit<MeasureTotal, 'count'>;

function overall(totals: readonly MeasureTotal[]): Overall {
  const count = totals.reduce((all, each) => all + each.count, 0);
  const sum = totals.reduce((all, each) => all + each.sum, 0);
  return {
    sum,
    average: sum / count,
    minimum: totals.reduce((least, each) => Math.min(least, each.minimum), Number.POSITIVE_INFINITY),
    maximum: totals.reduce((most, each) => Math.max(most, each.maximum), Number.NEGATIVE_INFINITY),
  };
}

/** The figures of a column in one form a measure, so that points do not get decimals for what distances have. */
function columnOf(
  rows: readonly { readonly measure: string; readonly total: Overall }[],
  figure: keyof Overall,
): string[] {
  const forms = new Map<string, string[]>();
  for (const { measure } of rows) {
    if (forms.has(measure)) continue;
    forms.set(
      measure,
      renderFigures(rows.filter((each) => each.measure === measure).map(({ total }) => total[figure])),
    );
  }
  return rows.map(({ measure }) => forms.get(measure)?.shift() ?? '');
}

function verdictText(result: WindowResult, colours: Screen['colours']): string {
  const { sent, seconds, watched, verdict, plan } = result;
  const { Counted, Quarantined, Redelivered } = watched.reading.ledger;
  const { rows, sums, equalSums, late, statistics, counts } = verdict;
  const lines = [
    `\nSent ${renderAmount(sent, 'reading', 'readings')}; counted ${renderCount(Counted)}, set aside ${renderCount(Quarantined)}; redelivered ${renderCount(Redelivered)}.`,
    `${renderDuration(plan.lastMs - plan.firstMs)} of readings took ${renderDuration(seconds * 1000)}, until the last window was closed.`,
    late === 0
      ? 'Every one arrived when its own time says, to the millisecond.'
      : `${renderAmount(late, 'reading arrived', 'readings arrived')} later than its own time says: a shard takes 1,000 a second.`,
  ];
  if (isExact(result)) {
    lines.push(
      `Compared ${renderAmount(rows, 'window', 'windows')} with what was sent: ${colours.green('all equal')}. Readings, minima and maxima are the same,`,
      `sums within 1e-9, ${renderCount(equalSums)} of ${renderCount(sums)} of them to the last bit.`,
      `Compared ${renderAmount(statistics.sets, 'statistic set', 'statistic sets')} in CloudWatch with them: ${colours.green('all equal')}.`,
    );
    if (counts !== undefined)
      lines.push(`Compared ${renderAmount(counts.rows, 'count', 'counts')} of buckets: ${colours.green('all equal')}.`);
    return `${lines.join('\n')}\n`;
  }
  return `${[...lines, ...wrongLines(result, colours)].join('\n')}\n${differenceTable(result)}`;
}

function wrongLines({ watched, verdict }: WindowResult, colours: Screen['colours']): string[] {
  const { reading, isComplete } = watched;
  const { differences, rows, statistics, faults, counts } = verdict;
  const lines: string[] = [];
  if (!isComplete) lines.push('Counting or publishing did not finish: nothing moved for a minute.');
  if (!reading.isBalanced || reading.counts?.isBalanced === false)
    lines.push('The ledger does not add up: received is not counted + quarantined.');
  const said = [...faults, ...(counts?.faults ?? []), ...statistics.differences.slice(0, faultsMax)];
  for (const fault of said) lines.push(`${colours.red('Wrong:')} ${fault}.`);
  if (statistics.differences.length > faultsMax)
    lines.push(
      `In CloudWatch ${renderCount(statistics.differences.length)} of ${renderCount(statistics.sets)} statistic sets differ from the table.`,
    );
  if (counts !== undefined && counts.differences.length > 0)
    lines.push(
      `Of ${renderCount(counts.rows)} counts of buckets, ${colours.red(renderCount(counts.differences.length))} differ from what was sent.`,
    );
  if (differences.length > 0)
    lines.push(
      `In ${renderAmount(rows, 'window', 'windows')}, ${colours.red(renderAmount(differences.length, 'figure differs', 'figures differ'))} from what was sent:\n`,
    );
  return lines;
}

function differenceTable({ verdict }: WindowResult): string {
  const { differences } = verdict;
  if (differences.length === 0) return '';
  const cells = differences
    .slice(0, differencesMax)
    .map(({ name, startMs, figure, expected, found }) => [
      printable(name, 24),
      formatInstant(startMs),
      figure,
      String(expected ?? 'none'),
      String(found ?? 'none'),
    ]);
  const header: Column[] = [
    { title: 'name' },
    { title: 'window' },
    { title: 'figure' },
    { title: 'sent', align: 'right' },
    { title: 'counted', align: 'right' },
  ];
  const more = differences.length - differencesMax;
  return more > 0 ? `${renderTable(header, cells)}and ${renderCount(more)} more\n` : renderTable(header, cells);
}

function nextSteps({ file }: DemoOptions, { source }: WindowResult): string {
  const { name } = source;
  const steps = [
    ...(file === undefined ? [[`demo --source ${name} --file PATH`, 'readings of your own'] as const] : []),
    ['local', 'start the engine; in another terminal:'],
    [`tidemark --local produce --source ${name}`, 'send readings'],
    [`tidemark --local windows --source ${name}`, 'see the windows'],
    ['tidemark --local status', 'see how far counting is'],
  ] as const;
  const width = Math.max(...steps.map(([command]) => command.length));
  const lines = steps.map(([command, what]) => `  npx -y pnpm@12 ${command.padEnd(width)}   ${what}\n`);
  return `
Try next:
${lines.join('')}What to add up is in tidemark.config.ts; how to deploy it to AWS is in README.md.
`;
}
