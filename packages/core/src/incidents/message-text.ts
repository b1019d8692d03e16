import { sparkline } from '../series/sparkline.ts';
import type { MessageContext, MessageIncident } from './message.ts';
import { runbookLink } from './runbook.ts';
import { counted, figure, instant, measured, span } from './wording.ts';

/** As wide as a telephone shows without breaking the line. */
const chartWidth = 30;
const labelWidth = 12;

/** A message for people, at night: what, since when, how far off, what to do. `total`: how many there are beside those that are listed. */
export function messageText(
  listed: readonly MessageIncident[],
  total: number,
  headline: string,
  context: MessageContext,
): string {
  const blocks = listed.map((incident) => block(incident, context, total > 1));
  const more = total - listed.length;
  const rest =
    more === 0 ? [] : [`And ${counted(more, 'more alarm')}: tidemark --stage ${context.stage} incidents list`];
  return `${[headline, ...blocks, ...rest].join('\n\n')}\n`;
}

/** `hasTitle`: of several each says what it is about. */
function block(incident: MessageIncident, context: MessageContext, hasTitle: boolean): string {
  const { item, alarm, id, telling } = incident;
  const { Status, OpenedMs, EndedMs, OffMs, Summary, Flaps } = item;
  const isEnd = telling.Kind === 'end';
  const endedMs = (Status === 'recovered' ? OffMs : EndedMs) ?? context.nowMs;
  const lines: readonly (readonly [string, string | undefined])[] = [
    [
      'Alarm',
      `${alarm.name}, ${item.Severity}, ${item.Source === '$stage' ? 'of the stage' : `source ${item.Source}`}`,
    ],
    ['Since', isEnd ? undefined : `${instant(OpenedMs)} (${span(context.nowMs - OpenedMs)})`],
    ['Lasted', isEnd ? `${instant(OpenedMs)} to ${instant(endedMs)} (${span(endedMs - OpenedMs)})` : undefined],
    ['Ended', isEnd ? endOf(incident) : undefined],
    ['Flapped', Flaps === 0 ? undefined : counted(Flaps, 'time')],
    ['Value', isEnd ? undefined : measured(item)],
    ['Last hour', chartOf(incident)],
    ['Reason', isEnd || Summary.Reason === '' ? undefined : Summary.Reason],
    ['Told', telling.Kind === 'last-word' ? item.Told.join(', ') : undefined],
    ['Next', nextOf(incident, context)],
    ['Acknowledge', isEnd ? undefined : `tidemark --stage ${context.stage} incidents acknowledge ${id}`],
    ['', isEnd ? undefined : incident.link],
    ['Runbook', isEnd ? undefined : runbookLink(context.runbook, alarm.runbook)],
    ['Dashboard', alarm.dashboard],
    ['Incident', isEnd ? id : undefined],
  ];
  const title = hasTitle ? [Summary.What] : [];
  return [
    ...title,
    ...lines.flatMap(([label, text]) => (text === undefined ? [] : [`${label.padEnd(labelWidth)} ${text}`])),
  ].join('\n');
}

/** The highest bar is the highest value, which is said: a row of bars alone has no scale. */
function chartOf({ lastHour }: MessageIncident): string | undefined {
  if (lastHour === undefined || lastHour.values.length === 0) return undefined;
  const { values, stepMs } = lastHour;
  const peak = `highest ${figure(Math.max(...values))} in ${span(stepMs)}`;
  return `|${sparkline(values, chartWidth)}| ${peak}, last ${figure(values.at(-1) ?? 0)}`;
}

function endOf({ item: { Status, Resolved, Acknowledged } }: MessageIncident): string {
  const seen = Acknowledged === undefined ? '' : `, acknowledged by ${Acknowledged.By}`;
  if (Status !== 'resolved' || Resolved === undefined) return `by itself${seen}`;
  return `by ${Resolved.By}${Resolved.Reason === undefined ? '' : `: ${Resolved.Reason}`}`;
}

function nextOf({ telling }: MessageIncident, { nowMs, raiseAgainAfterMs }: MessageContext): string | undefined {
  return telling.Kind === 'last-word'
    ? `everybody is told again about ${instant(nowMs + raiseAgainAfterMs)}, unless somebody acknowledges`
    : undefined;
}
