import { sparkline } from '@tidemark/core/series/sparkline';
import { renderDuration, wrapped } from '@tidemark/ops-cli/render';
import type { Screen } from '../screen.ts';
import { other, threshold, tiers, watched } from './configuration.ts';
import { tierOf } from './expectations.ts';
import { type News, timeOf } from './news.ts';
import type { Reading } from './reading.ts';

type Colours = Screen['colours'];

const labelColumns = 10;
/** Of a line of news before its text: time, whose it is. */
const leadColumns = 20;
const textColumnsMin = 30;
/** What a sparkline's line holds beside it. */
const besideColumns = 34;
const barsMax = 60;
/** Before a line of a message. */
const margin = `${' '.repeat(8)}| `;

/** The picture below the news, drawn anew in place on a terminal. `factor`: how fast the engine's clock is. */
export function renderMoment(reading: Reading, factor: number, columns: number, colours: Colours): string {
  const { nowMs } = reading;
  const speed =
    factor > 1 ? `${factor} times as fast as the wall's` : "as fast as the wall's while somebody is at work";
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
  if (name !== watched) return `${sparkline(values, width)}  ${figure}`;
  return `${sparkline(values, width)}  ${last < threshold ? colours.red(figure) : figure}, at least ${threshold}`;
}

function alarmText({ transitions }: Reading, colours: Colours): string {
  const last = transitions.at(-1);
  if (last === undefined) return 'not looked at yet';
  const state = last.to === 'ALARM' ? colours.red(last.to) : colours.green(last.to);
  return `${state} since ${timeOf(last.atMs)}`;
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
  const body = wrapped(text, room, 0).replaceAll('\n', `\n${' '.repeat(leadColumns)}`);
  const line = `${colours.dim(time)}  ${colour(of.padEnd(leadColumns - time.length - 2))}${body}\n`;
  return message === undefined ? line : `${line}${renderMessage(message, columns, colours)}`;
}

/** As it was sent, but for the breaks of lines that are too long. */
function renderMessage(message: string, columns: number, colours: Colours): string {
  const room = Math.max(textColumnsMin, columns - margin.length);
  const lines = message
    .trimEnd()
    .split('\n')
    .flatMap((line) => broken(line, room));
  return lines
    .map((line) => `${colours.dim(margin)}${line}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

/** Lines of a message begin with a label of thirteen columns; a word that is too long is broken too. */
function broken(line: string, room: number): string[] {
  const indent = 13;
  return wrapped(line, room, indent)
    .split('\n')
    .flatMap((part) => {
      const pieces: string[] = [];
      let rest = part;
      while (rest.length > room) {
        pieces.push(rest.slice(0, room));
        rest = `${' '.repeat(indent)}${rest.slice(room)}`;
      }
      return [...pieces, rest];
    });
}
