import type { IncidentItem, Telling } from './items.ts';
import type { MessageJson } from './message-json.ts';
import { incidentJson } from './message-json.ts';
import { messageSms } from './message-sms.ts';
import { messageText } from './message-text.ts';
import { listedMax } from './outbox.ts';
import { partNames } from './parts-on.ts';
import type { EscalationPlan } from './plan.ts';
import type { DeployedAlarm } from './settings.ts';
import { severities } from './settings.ts';
import { ascii, counted, oneLine, shortened } from './wording.ts';

/** What a message says of one incident. */
export interface MessageIncident {
  readonly id: string;
  readonly item: IncidentItem;
  readonly telling: Telling;
  readonly alarm: DeployedAlarm;
  /** Acknowledges in a browser. Absent: there is no such link. */
  readonly link?: string;
  /** What its alarm watches, through the last hour. Absent where it could not be read. */
  readonly lastHour?: LastHour;
  /** Of its severity: to say what comes next. */
  readonly plan?: EscalationPlan;
}

export interface LastHour {
  /** Oldest first, one every `stepMs`, up to the last that is over. Null: there are no data, of what is no count. */
  readonly values: readonly (number | null)[];
  readonly stepMs: number;
  /** Of a composite alarm: the part whose they are, by its name within the source. */
  readonly part?: string;
  /** Absent of what is counted. */
  readonly unit?: 'ms' | 's';
}

export interface MessageContext {
  readonly nowMs: number;
  readonly stage: string;
  /** Where the runbook is (runbook.ts). */
  readonly runbook: string;
  /** How long after its last word an incident is raised again. Milliseconds. */
  readonly raiseAgainAfterMs: number;
  /** Where the contact is, as its office hours say, by its name of IANA: times are said as they are there too. */
  readonly zone?: string;
}

/** The same in every form that a channel may want. */
export interface Message {
  /** ASCII, 100 characters at most. */
  readonly subject: string;
  readonly text: string;
  /** Two parts of a text message at most, of characters that every telephone has. */
  readonly sms: string;
  readonly json: MessageJson;
}

/** One message of all that one contact is to hear at once; at least one, all of one kind. */
export function messageOf(incidents: readonly MessageIncident[], context: MessageContext): Message {
  const sorted = [...incidents].sort(byGravity);
  const first = sorted[0];
  if (first === undefined) throw new Error('a message of nothing');
  const head = headline(sorted, first);
  const subject = subjectOf(sorted.length === 1 ? head : `${head}: ${whatOf(sorted)}`, context.stage);
  const listed = sorted.slice(0, listedMax);
  return {
    subject,
    text: messageText(listed, sorted.length, head, context),
    sms: messageSms(sorted, first, context),
    json: {
      ...{ version: 1, kind: first.telling.Kind, stage: context.stage, subject, total: sorted.length },
      incidents: listed.map((incident) => incidentJson(incident, context)),
    },
  };
}

/** ASCII, 100 characters at most. The stage is never cut off. */
export function subjectOf(head: string, stage: string): string {
  const end = ` (${ascii(stage)})`;
  return shortened(`${shortened(ascii(head), 100 - end.length)}${end}`, 100);
}

/** As many as a subject may have room for. */
function whatOf(sorted: readonly MessageIncident[]): string {
  return sorted
    .slice(0, 10)
    .map(({ item }) => item.Summary.What)
    .join('; ');
}

/** The gravest first, of those the oldest. */
function byGravity(one: MessageIncident, other: MessageIncident): number {
  const gravity = severities.indexOf(one.item.Severity) - severities.indexOf(other.item.Severity);
  return gravity === 0 ? one.item.OpenedMs - other.item.OpenedMs : gravity;
}

/** `CRITICAL: page view below 5 in 1 min, 3 of 3 times`. One line. */
export function headline(all: readonly MessageIncident[], { item, telling }: MessageIncident): string {
  const parts = partNames(item);
  const one = `${shortened(oneLine(item.Summary.What), 300)}${parts === undefined ? '' : `: ${parts}`}`;
  const what = all.length === 1 ? one : counted(all.length, 'alarm');
  switch (telling.Kind) {
    case 'page':
      return `${item.Severity.toUpperCase()}: ${what}${telling.Raise > 1 ? ', still on' : ''}`;
    case 'last-word':
      return `NOBODY HAS ANSWERED: ${what}`;
    case 'end':
      return `${item.Status === 'resolved' && all.length === 1 ? 'Resolved' : 'Over'}: ${what}`;
  }
}
