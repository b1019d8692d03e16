import type { IncidentItem, Telling } from './items.ts';
import { messageText } from './message-text.ts';
import { listedMax } from './outbox.ts';
import { runbookLink } from './runbook.ts';
import type { DeployedAlarm, Severity } from './settings.ts';
import { severities } from './settings.ts';
import { ascii, counted, figure, shortened, timeOfDay } from './wording.ts';

const smsMax = 140;

/** What a message says of one incident. */
export interface MessageIncident {
  readonly id: string;
  readonly item: IncidentItem;
  readonly telling: Telling;
  readonly alarm: DeployedAlarm;
  /** Acknowledges in a browser. Absent: there is no such link. */
  readonly link?: string;
  /** Events or values of the minutes before `nowMs`, oldest first, one every `stepMs`. Absent where they could not be read. */
  readonly lastHour?: { readonly values: readonly number[]; readonly stepMs: number };
}

export interface MessageContext {
  readonly nowMs: number;
  readonly stage: string;
  /** Where the runbook is (runbook.ts). */
  readonly runbook: string;
  /** How long after its last word an incident is raised again. Milliseconds. */
  readonly raiseAgainAfterMs: number;
}

/** The same in every form that a channel may want. */
export interface Message {
  /** ASCII, 100 characters at most. */
  readonly subject: string;
  readonly text: string;
  /** ASCII, 140 characters at most. */
  readonly sms: string;
  readonly json: MessageJson;
}

/** What an HTTPS endpoint gets. Times in ISO 8601. */
export interface MessageJson {
  readonly version: 1;
  readonly kind: Telling['Kind'];
  readonly stage: string;
  readonly subject: string;
  /** How many incidents the message is about; `incidents` lists the gravest of them. */
  readonly total: number;
  readonly incidents: readonly IncidentJson[];
}

export interface IncidentJson {
  readonly id: string;
  readonly alarm: string;
  readonly source: string;
  readonly severity: Severity;
  readonly status: IncidentItem['Status'];
  readonly summary: string;
  readonly reason: string;
  readonly since: string;
  readonly ended?: string;
  readonly threshold?: number;
  readonly value?: number;
  readonly tier: number;
  readonly raise: number;
  readonly runbook: string;
  readonly dashboard?: string;
  readonly acknowledge?: string;
}

/** One message of all that one contact is to hear at once; at least one, all of one kind. */
export function messageOf(incidents: readonly MessageIncident[], context: MessageContext): Message {
  const sorted = [...incidents].sort(byGravity);
  const first = sorted[0];
  if (first === undefined) throw new Error('a message of nothing');
  const subject = shortened(ascii(`${headline(sorted, first)} (${context.stage})`), 100);
  const listed = sorted.slice(0, listedMax);
  return {
    subject,
    text: messageText(listed, sorted.length, headline(sorted, first), context),
    sms: smsOf(sorted, first, context),
    json: {
      ...{ version: 1, kind: first.telling.Kind, stage: context.stage, subject, total: sorted.length },
      incidents: listed.map((incident) => jsonOf(incident, context)),
    },
  };
}

/** The gravest first, of those the oldest. */
function byGravity(one: MessageIncident, other: MessageIncident): number {
  const gravity = severities.indexOf(one.item.Severity) - severities.indexOf(other.item.Severity);
  return gravity === 0 ? one.item.OpenedMs - other.item.OpenedMs : gravity;
}

/** `CRITICAL: page view below 5 in 1m, 3 times`. */
function headline(all: readonly MessageIncident[], { item, telling }: MessageIncident): string {
  const what = all.length === 1 ? item.Summary.What : counted(all.length, 'alarm');
  switch (telling.Kind) {
    case 'page':
      return `${item.Severity.toUpperCase()}: ${what}${telling.Raise > 1 ? ', still on' : ''}`;
    case 'last-word':
      return `NOBODY HAS ANSWERED: ${what}`;
    case 'end':
      return `${item.Status === 'resolved' && all.length === 1 ? 'Resolved' : 'Over'}: ${what}`;
  }
}

/** What to do is never cut off: the rest is, from its end. */
function smsOf(all: readonly MessageIncident[], first: MessageIncident, { stage }: MessageContext): string {
  const { id, item, telling } = first;
  const head = ascii(headline(all, first));
  if (telling.Kind === 'end') return shortened(`${head}.`, smsMax);
  const order = `tidemark --stage ${stage} incidents ${all.length === 1 ? `acknowledge ${id}` : 'list'}`;
  const value = all.length === 1 && item.Summary.Value !== undefined ? `, now ${figure(item.Summary.Value)}` : '';
  const detail = `${value} since ${timeOfDay(item.OpenedMs)}. ${order}`;
  return `${shortened(head, smsMax - detail.length)}${detail}`;
}

function jsonOf({ id, item, telling, alarm, link }: MessageIncident, { runbook }: MessageContext): IncidentJson {
  const { Threshold, Value, What, Reason } = item.Summary;
  return {
    ...{ id, alarm: item.Alarm, source: item.Source, severity: item.Severity, status: item.Status },
    ...{ summary: What, reason: Reason, since: new Date(item.OpenedMs).toISOString() },
    ...(item.EndedMs === undefined ? {} : { ended: new Date(item.EndedMs).toISOString() }),
    ...(Threshold === undefined ? {} : { threshold: Threshold }),
    ...(Value === undefined ? {} : { value: Value }),
    ...{ tier: telling.Kind === 'page' ? telling.Tier : 0, raise: telling.Raise },
    runbook: runbookLink(runbook, alarm.runbook),
    ...(alarm.dashboard === undefined ? {} : { dashboard: alarm.dashboard }),
    ...(link === undefined ? {} : { acknowledge: link }),
  };
}
