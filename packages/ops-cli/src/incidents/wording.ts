import type { IncidentItem, LogEntry, LogKind } from '@tidemark/core/incidents/items';
import type { EscalationPlan } from '@tidemark/core/incidents/plan';
import type { Severity } from '@tidemark/core/incidents/settings';
import { renderInstant } from '../render.ts';

/** `was resolved by mia at 2026-11-20T09:30:00Z` */
export function endedSentence({ Status, Resolved, EndedMs }: IncidentItem): string {
  const at = EndedMs === undefined ? '' : ` at ${renderInstant(EndedMs)}`;
  return Status === 'resolved' ? `was resolved by ${Resolved?.By ?? 'somebody'}${at}` : `recovered by itself${at}`;
}

export interface Surroundings {
  readonly nowMs: number;
  /** Of the deployed escalation. Absent where it could not be read. */
  readonly plan?: EscalationPlan;
}

/** What stands, and what is next. One or two sentences. */
export function standing(item: IncidentItem, { nowMs, plan }: Surroundings): string {
  switch (item.Status) {
    case 'open':
      return openSentence(item, nowMs, plan);
    case 'held':
      return `Nobody is told until ${renderInstant(item.HeldUntilMs ?? item.DueMs)}: ${item.HeldBecause ?? 'it is held'}.`;
    case 'acknowledged':
      return `${acknowledgedSentence(item)}${raisedAgain(item, plan?.raiseAgainAfterMs)}`;
    case 'unanswered':
      return `Everybody was told, and nobody has answered. It is raised again at ${renderInstant(item.DueMs)} if its alarm is still on.`;
    case 'settling':
      return `Its alarm is off since ${renderInstant(item.OffMs ?? item.DueMs)}. It ends soon, unless the alarm turns on again.`;
    case 'recovered':
    case 'resolved':
      return `It ${endedSentence(item)}.`;
  }
}

function openSentence({ DueMs, UntilMs = 0, Severity }: IncidentItem, nowMs: number, plan?: EscalationPlan): string {
  if (plan?.entries.length === 0) return untoldSentence(Severity);
  // Beyond what is due: all tiers are out of their hours.
  const nextMs = Math.max(DueMs, UntilMs);
  if (nextMs <= nowMs) return 'Whoever is next is being told.';
  return `Whoever is next is told at ${renderInstant(nextMs)}, unless somebody acknowledges it.`;
}

export function untoldSentence(severity: Severity): string {
  return `Nobody is told: no tier of the deployed escalation is told of ${severity} alarms.`;
}

export function acknowledgedSentence({ Acknowledged }: IncidentItem): string {
  if (Acknowledged === undefined) return 'Nobody has acknowledged it.';
  const { By, AtMs, How, Note } = Acknowledged;
  const how = How === 'link' ? ', by the link of a message' : '';
  return `Acknowledged by ${By} at ${renderInstant(AtMs)}${how}${Note === undefined ? '' : `: ${Note}`}.`;
}

function raisedAgain({ Acknowledged }: IncidentItem, raiseAgainAfterMs: number | undefined): string {
  if (Acknowledged === undefined || raiseAgainAfterMs === undefined) return '';
  return ` It is raised again at ${renderInstant(Acknowledged.AtMs + raiseAgainAfterMs)} if its alarm is still on.`;
}

const logWords: Readonly<Record<LogKind, string>> = {
  opened: 'opened',
  held: 'held: nobody is told',
  released: 'no longer held',
  told: 'told',
  failed: 'NOT TOLD',
  'passed-over': 'passed over: out of hours',
  acknowledged: 'acknowledged',
  resolved: 'resolved',
  settling: 'alarm off',
  joined: 'alarm on again',
  recovered: 'recovered',
  raised: 'raised again',
  unanswered: 'nobody has answered',
  'end-told': 'told of the end',
};

export function logWord({ Kind }: Pick<LogEntry, 'Kind'>): string {
  return logWords[Kind];
}
