import { renderCount, renderDuration, renderInstant, wrapped } from '@tidemark/ops-cli/render';
import type { Screen } from '../screen.ts';
import { configurationText } from './configuration.ts';
import { isEnd, tierOf } from './expectations.ts';
import { hurryFactor } from './pace.ts';
import { type IncidentResult, isAsExpected } from './run.ts';

/** Of a line of what was checked, before its text. */
const indent = 7;

/** What is about to be seen, and how long it takes. */
export function renderIntroduction({ colours, columns }: Pick<Screen, 'colours' | 'columns'>): string {
  const sentences = [
    'Tidemark: an incident, from the stream to people and back, on a local engine.',
    `About half an hour of the engine's time passes in about half a minute: its clock runs ${hurryFactor} times as fast while everybody only waits.`,
    'This is what runs, whatever tidemark.config.ts says; nobody outside of this machine is told anything:',
  ];
  const code = configurationText.replaceAll(/^(?=.)/gm, '  ');
  return `${sentences.map((sentence) => `${wrapped(sentence, columns, 0)}\n`).join('')}\n${colours.dim(code)}\n`;
}

/** The incident as operators see it, what was checked, and what to try next. */
export function renderReport(
  result: IncidentResult,
  { colours, columns }: Pick<Screen, 'colours' | 'columns'>,
): string {
  const { shown, sent, rows, startMs, reading, seconds, deeds } = result;
  const order = `tidemark incidents show ${reading.incidents[0]?.incident ?? ''}`;
  const lines = result.expectations.map(({ what, wrong }) => {
    const [word, text] = wrong === undefined ? [colours.green('yes'), what] : [colours.red('NO '), `${what}: ${wrong}`];
    return `  ${word}  ${wrapped(text, columns - indent, 0).replaceAll('\n', `\n${' '.repeat(indent)}`)}`;
  });
  const figures = `${renderCount(sent)} events sent, ${renderCount(rows)} counts compared.
${renderDuration(reading.nowMs - startMs)} of the engine's time have passed in ${renderDuration(seconds * 1000)}.`;
  return [
    shown === undefined ? '' : `\n${colours.bold(`$ ${order}`)}\n\n${shown}`,
    `\nChecked against the inbox, the Control table, the alarm and the counts:\n${lines.join('\n')}\n`,
    deeds.missing === undefined ? '' : `\nIt ended early: ${deeds.missing}.\n`,
    `\n${figures}\n`,
    isAsExpected(result) ? nextSteps : '',
  ].join('');
}

const nextSteps = `
Try next: put alarms and tiers like those above into tidemark.config.ts, and
  npx -y pnpm@12 local                             start the engine; elsewhere:
  npx -y pnpm@12 tidemark --local incidents list   what is on, who has answered
  npx -y pnpm@12 tidemark --local incidents simulate --alarm NAME
                                                   who would be told when
  npx -y pnpm@12 tidemark --local inbox            what everybody would have got
How alarms escalate is told in docs/concepts/escalation.md, and what to do about
each of them in docs/operating/runbook.md.
`;

/** The one JSON object of `--json`. Times in ISO 8601, of the engine. */
export function reportJson(result: IncidentResult): unknown {
  const { sent, rows, reading, expectations, incident, seconds } = result;
  return {
    sent,
    rows,
    alarm: reading.transitions.map(({ atMs, from, to, reason }) => ({ at: renderInstant(atMs), from, to, reason })),
    messages: reading.messages.map((message) => {
      const { atMs, channel, to, subject, text } = message;
      const kind = isEnd(message) ? 'end' : 'page';
      return { at: renderInstant(atMs), kind, tier: tierOf(message), channel, to, subject, text };
    }),
    ...(incident === undefined ? {} : { incident }),
    expectations: expectations.map(({ what, wrong }) => ({ what, happened: wrong === undefined, wrong })),
    verdict: isAsExpected(result) ? 'as expected' : 'not as expected',
    seconds: Math.round(seconds * 1000) / 1000,
  };
}
