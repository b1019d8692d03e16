import { sparkline } from '@tidemark/core/series/sparkline';
import { renderDuration } from '@tidemark/ops-cli/render';
import type { Screen } from '../screen.ts';
import { minutesInARow, other, threshold, tiers, watched } from './configuration.ts';
import { tierOf } from './expectations.ts';
import { type News, timeOf } from './news.ts';
import type { Reading } from './reading.ts';

type Colours = Screen['colours'];

const labelColumns = 10;
/** Of a line of news before its text: time, whose it is. */
const leadColumns = 20;
const textColumnsMin = 30;
/** What a sparkline's line holds beside it. */
const besideColumns = 27;
const barsMax = 60;
/** Labels of a message are so wide. */
const indent = 13;
/** Before a line of a message. */
const margin = `${' '.repeat(8)}| `;

/** The picture below the news, drawn anew in place on a terminal. `factor`: how fast the engine's clock is. */
export function renderMoment(reading: Reading, factor: number, columns: number, colours: Colours): string {
  const { nowMs } = reading;
  const speed = factor > 1 ? `${factor} times as fast` : 'as fast as the wall (at work)';
  const width = Math.max(10, Math.min(barsMax, columns - besideColumns));
  const lines = [
    colours.dim('─'.repeat(Math.min(columns, leadColumns + barsMax))),
    labelled('clock', `${new Date(nowMs).toISOString().slice(11, 19)} UTC, ${speed}`),
    ...[watched, other].map((name) => labelled(name, barsOf(name, reading, width, colours))),
    labelled('alarm', alarmText(reading, colours)),
    labelled('incident', incidentText(reading)),
  ];
  return lines.join('\n');
}

function labelled(label: string, text: string): string {
  return `${label.padEnd(labelColumns)} ${text}`;
}

function barsOf(name: string, { perMinute }: Reading, width: number, colours: Colours): string {
  const values = (perMinute.get(name) ?? []).slice(-width);
  const last = values.at(-1) ?? 0;
  const figure = `${last} a minute`;
  return `${sparkline(values, width)}  ${name === watched && last < threshold ? colours.red(figure) : figure}`;
}

function alarmText({ transitions }: Reading, colours: Colours): string {
  const rule = `(below ${threshold} a minute, ${minutesInARow} times)`;
  const last = transitions.at(-1);
  if (last === undefined) return `not looked at yet ${rule}`;
  const state = last.to === 'ALARM' ? colours.red(last.to) : colours.green(last.to);
  return `${state} since ${timeOf(last.atMs)} ${rule}`;
}

function incidentText({ incidents, messages, nowMs }: Reading): string {
  const [found] = incidents;
  if (found === undefined) return 'none';
  const { Status, DueMs } = found.item;
  const told = new Set(messages.flatMap((message) => tierOf(message) ?? []));
  const next = Status === 'open' && DueMs > nowMs ? `, next in ${renderDuration(DueMs - nowMs)}` : '';
  return `${Status}; ${told.size} of ${tiers.length} tiers told${next}`;
}

/** What has happened, for good: a line, and perhaps a message below it. */
export function renderNews({ atMs, of, text, tone, message }: News, columns: number, colours: Colours): string {
  const colour = tone === undefined ? String : { bad: colours.red, good: colours.green, told: colours.yellow }[tone];
  const time = new Date(atMs).toISOString().slice(11, 19);
  const room = Math.max(textColumnsMin, columns - leadColumns);
  const lines = text.split('\n').flatMap((each) => broken(each, room, 0));
  const body = lines.join(`\n${' '.repeat(leadColumns)}`);
  const line = `${colours.dim(time)}  ${colour(of.padEnd(leadColumns - time.length - 2))}${body}\n`;
  return message === undefined ? line : `${line}${renderMessage(message, columns, colours)}`;
}

/** As it was sent, but for the breaks of lines that are too long. */
function renderMessage(message: string, columns: number, colours: Colours): string {
  const room = Math.max(textColumnsMin, columns - margin.length);
  const lines = message
    .trimEnd()
    .split('\n')
    .flatMap((line) => broken(line, room, indent));
  return lines
    .map((line) => `${colours.dim(margin)}${line}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

/** Between words, and a word that is longer than a line where the line ends. Lines after the first begin with `indent` spaces. */
function broken(line: string, room: number, indent: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (let [word = ''] of line.matchAll(/\s*\S+/g)) {
    if (current.length + word.length > room && word.trimStart().length <= room - indent) {
      lines.push(current);
      current = ' '.repeat(indent);
      word = word.trimStart();
    }
    current += word;
    while (current.length > room) {
      lines.push(current.slice(0, room));
      current = `${' '.repeat(indent)}${current.slice(room)}`;
    }
  }
  return [...lines, current];
}
