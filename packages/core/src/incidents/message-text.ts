import { sparkline } from '../series/sparkline.ts';
import type { MessageContext, MessageIncident } from './message.ts';
import { nextOf } from './message-next.ts';
import { partsOn } from './parts-on.ts';
import { acknowledgedBefore, reachedSoFar } from './reached.ts';
import { runbookLink } from './runbook.ts';
import { counted, figure, instantIn, measured, ofWhat, oneLine, shortened, span } from './wording.ts';

/** As wide as a telephone shows without breaking the line. */
const chartWidth = 30;
const labelWidth = 12;
/** Links and CloudWatch's sentences are shorter. Characters. */
const lineMax = 1000;

/** A label, which the lines of one thing share, and what is so. */
type Line = readonly [string, string | undefined];

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
  const { item, telling } = incident;
  const lines = telling.Kind === 'end' ? endLines(incident, context) : pageLines(incident, context);
  return [
    ...(hasTitle ? [shown(item.Summary.What)] : []),
    ...lines.flatMap(([label, text]) => (text === undefined ? [] : [`${label.padEnd(labelWidth)} ${shown(text)}`])),
  ].join('\n');
}

function pageLines(incident: MessageIncident, context: MessageContext): Line[] {
  const { item, alarm, id, telling, link } = incident;
  const { told, notTold } = reachedSoFar(item);
  return [
    ['Alarm', alarmOf(incident)],
    ...partLines(incident, context),
    ['Since', `${instantIn(item.OpenedMs, context.zone)} (${span(context.nowMs - item.OpenedMs)})`],
    ['Flapped', item.Flaps === 0 ? undefined : counted(item.Flaps, 'time')],
    ['Value', measured(item)],
    ['Last hour', chartOf(incident)],
    ['Reason', item.Summary.Reason === '' ? undefined : item.Summary.Reason],
    ['Before', beforeOf(incident, context)],
    [telling.Kind === 'page' ? 'Told before' : 'Told', told.length === 0 ? undefined : told.join(', ')],
    ['Not reached', notTold.length === 0 ? undefined : notTold.join(', ')],
    ['Next', nextOf(incident, context)],
    ['Acknowledge', link],
    [link === undefined ? 'Acknowledge' : 'or', `tidemark --stage ${context.stage} incidents acknowledge ${id}`],
    ['Runbook', runbookLink(context.runbook, alarm.runbook)],
    ['Dashboard', alarm.dashboard],
  ];
}

function endLines(incident: MessageIncident, { zone, nowMs, stage }: MessageContext): Line[] {
  const { item, alarm, id } = incident;
  const { Status, OpenedMs, EndedMs, OffMs, Flaps } = item;
  const endedMs = (Status === 'recovered' ? OffMs : EndedMs) ?? nowMs;
  return [
    ['Alarm', alarmOf(incident)],
    ['Lasted', span(endedMs - OpenedMs)],
    ['From', instantIn(OpenedMs, zone)],
    ['To', instantIn(endedMs, zone)],
    ['Ended', endOf(incident)],
    ['Flapped', Flaps === 0 ? undefined : counted(Flaps, 'time')],
    ['Dashboard', alarm.dashboard],
    ['More', `tidemark --stage ${stage} incidents show ${id}`],
  ];
}

function alarmOf({ item, alarm }: MessageIncident): string {
  return `${alarm.name}, ${item.Severity}, ${ofWhat(item.Source)}`;
}

/** Each with its own heading of the runbook. */
function partLines({ item, alarm }: MessageIncident, { runbook }: MessageContext): Line[] {
  return partsOn(item, alarm).flatMap(({ name, summary, runbook: anchor }, index): Line[] => [
    [index === 0 ? 'Parts on' : '', `${name}: ${summary}`],
    ['', anchor === '' ? undefined : runbookLink(runbook, anchor)],
  ]);
}

/** The highest bar is the highest value, which is said: a row of bars alone has no scale. Nothing is a low line: fonts of mail programs make blanks narrow. */
function chartOf({ lastHour }: MessageIncident): string | undefined {
  if (lastHour === undefined || lastHour.values.length === 0) return undefined;
  const { values, stepMs, part, unit } = lastHour;
  const amount = (value: number) => `${figure(value)}${unit === undefined ? '' : ` ${unit}`}`;
  const known = values.filter((value) => value !== null);
  const last = values.at(-1) ?? null;
  const peak = `highest ${amount(Math.max(...known))} in ${span(stepMs)}, last ${last === null ? 'no data' : amount(last)}`;
  const whose = part === undefined ? '' : `${part}: `;
  const drawn = values.map((value) => value ?? 0);
  return `|${sparkline(drawn, chartWidth).replaceAll(' ', '_')}| ${whose}${known.length === 0 ? 'no data' : peak}`;
}

function beforeOf({ item }: MessageIncident, { zone }: MessageContext): string | undefined {
  const before = acknowledgedBefore(item);
  return before === undefined
    ? undefined
    : `acknowledged by ${before.by}, ${instantIn(before.atMs, zone)}; its alarm is still on`;
}

function endOf({ item: { Status, Resolved, Acknowledged } }: MessageIncident): string {
  const seen = Acknowledged === undefined ? '' : `, acknowledged by ${Acknowledged.By}`;
  if (Status !== 'resolved' || Resolved === undefined) return `by itself${seen}`;
  return `by ${Resolved.By}${Resolved.Reason === undefined ? '' : `: ${Resolved.Reason}`}`;
}

/** Names come from whoever sends events, reasons from whoever types them. */
function shown(text: string): string {
  return shortened(oneLine(text), lineMax);
}
