import { formatInstant } from '@tidemark/core/series/bucket';
import {
  printable,
  renderAmount,
  renderCount,
  renderDuration,
  renderRate,
  renderTable,
} from '@tidemark/ops-cli/render';
import { type DemoResult, isExact } from './demo.ts';
import type { DemoOptions } from './options.ts';
import type { Screen } from './screen.ts';
import { renderTop } from './view.ts';

const differencesMax = 20;

/** What a run came to, for a reader: the series (unless they are on the screen), the comparison, and what to try next. */
export function renderReport(
  result: DemoResult,
  options: DemoOptions,
  screen: Pick<Screen, 'live' | 'columns' | 'colours'>,
): string {
  const { watched, size } = result;
  const { totals, metric } = watched.reading;
  return [
    ...result.remarks.map((remark) => `${remark}\n`),
    screen.live ? '' : `\n${renderTop(totals, metric, size, screen.columns)}`,
    metricRemark(result),
    verdictText(result, screen.colours),
    options.export === undefined
      ? ''
      : `\nThe counts are in ${options.export}, a row each event and bucket (${size}).\n`,
    isExact(result) ? nextSteps(options) : '',
  ].join('');
}

/** The one JSON object of `--json`. */
export function reportJson(result: DemoResult): unknown {
  const { sent, watched, verdict, seconds } = result;
  const { Counted, Quarantined, Redelivered } = watched.reading.ledger;
  return {
    sent,
    counted: Counted,
    redelivered: Redelivered,
    quarantined: Quarantined,
    rows: verdict.rows,
    mismatches: verdict.differences.length + verdict.faults.length + (watched.isComplete ? 0 : 1),
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

function metricRemark({ watched }: DemoResult): string {
  const { unpublished } = watched.reading;
  if (unpublished === 0) return '';
  return `${renderAmount(unpublished, 'event lies in a bucket', 'events lie in buckets')} that CloudWatch does not take (older than two weeks, or too far ahead).\n`;
}

function verdictText(result: DemoResult, colours: Screen['colours']): string {
  const { sent, seconds, watched, verdict } = result;
  const { Counted, Quarantined, Redelivered } = watched.reading.ledger;
  const lines = [
    `\nSent ${renderAmount(sent, 'event', 'events')}; counted ${renderCount(Counted)}, set aside ${renderCount(Quarantined)}; redelivered ${renderCount(Redelivered)}.`,
    `All of it took ${renderDuration(seconds * 1000)} (${renderRate(sent / Math.max(seconds, 0.001))}).`,
  ];
  if (isExact(result)) {
    lines.push(
      `Compared ${renderCount(verdict.rows)} counts, every event and bucket of every size, with what was sent: ${colours.green('all equal')}.`,
    );
    return `${lines.join('\n')}\n`;
  }
  if (!watched.isComplete) lines.push('Counting or publishing did not finish: nothing moved for a minute.');
  if (!watched.reading.isBalanced) lines.push('The ledger does not add up: received is not counted + quarantined.');
  for (const fault of verdict.faults) lines.push(`${colours.red('Wrong:')} ${fault}.`);
  if (verdict.differences.length > 0) {
    lines.push(
      `Of ${renderCount(verdict.rows)} counts, ${colours.red(renderCount(verdict.differences.length))} differ from what was sent:\n`,
    );
  }
  return `${lines.join('\n')}\n${differenceTable(result)}`;
}

function differenceTable({ verdict }: DemoResult): string {
  const { differences } = verdict;
  if (differences.length === 0) return '';
  const cells = differences
    .slice(0, differencesMax)
    .map(({ name, size, startMs, expected, found }) => [
      printable(name, 40),
      size,
      formatInstant(startMs),
      renderCount(expected),
      renderCount(found),
    ]);
  const table = renderTable(
    [
      { title: 'event' },
      { title: 'size' },
      { title: 'bucket' },
      { title: 'sent', align: 'right' },
      { title: 'counted', align: 'right' },
    ],
    cells,
  );
  const more = differences.length - differencesMax;
  return more > 0 ? `${table}and ${renderCount(more)} more\n` : table;
}

function nextSteps(options: DemoOptions): string {
  const own =
    options.file === undefined
      ? '  npx -y pnpm@12 demo --file events.jsonl --rebase --export hours.csv   events of your own\n'
      : '';
  return `
Try next:
${own}  npx -y pnpm@12 local                             start the engine and let it stay, then in another terminal:
  npx -y pnpm@12 tidemark --local produce          send events
  npx -y pnpm@12 tidemark --local counters         see the counts
  npx -y pnpm@12 tidemark --local status           see how far counting is
What to count is in tidemark.config.ts; how to deploy it to AWS is in README.md.
`;
}
