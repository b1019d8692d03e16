import type { IncidentItem } from '@tidemark/core/incidents/items';
import type { InboxMessage } from '@tidemark/ops-cli/inbox/engine-inbox';
import type { Verdict } from '../verdict.ts';
import { threshold, tiers } from './configuration.ts';
import { type Deeds, person } from './course.ts';
import { acknowledgingLink } from './link.ts';
import type { Reading } from './reading.ts';
import { minuteMs } from './traffic.ts';

/** What must have happened, and why it has not; absent where it has. */
export interface Expectation {
  readonly what: string;
  readonly wrong?: string;
}

/** What an outcome is judged by: what the inbox, the Control table, the alarm and the counts say in the end, and what was done. */
export interface Evidence {
  readonly reading: Reading;
  readonly deeds: Deeds;
  readonly counts: Verdict;
}

/** Everything that must have happened, in the order in which it must. */
export function expectations(evidence: Evidence): Expectation[] {
  return [
    judged('every event was counted, once, in its minute', countsWrong(evidence)),
    judged('the alarm turned on when page views fell, and off when they were back', alarmWrong(evidence)),
    judged('it became one incident, and it has recovered', incidentWrong(evidence)),
    judged('each tier was told once, one after the other, each after its time', tiersWrong(evidence)),
    judged('the first message says how far off it is, and has chart, link and command', messageWrong(evidence)),
    judged('looking at the link acknowledged nothing', lookWrong(evidence)),
    judged('its button acknowledged it, once, and nobody was told any more', pressWrong(evidence)),
    judged('who was told of the beginning was told of the end, once', endWrong(evidence)),
  ];
}

/** Whether it tells that what was told before is over. A text message begins with its sender. */
export function isEnd({ subject, text }: Pick<InboxMessage, 'subject' | 'text'>): boolean {
  return /^(\w+> )?(Over|Resolved): /.test(subject ?? text);
}

/** Of a contact of the configuration, from 1; undefined for anybody else. */
export function tierOf({ to }: Pick<InboxMessage, 'to'>): number | undefined {
  const index = tiers.findIndex((tier) => tier.to === to);
  return index === -1 ? undefined : index + 1;
}

function judged(what: string, wrong: string | undefined): Expectation {
  return wrong === undefined ? { what } : { what, wrong };
}

function countsWrong({ counts: { differences, faults } }: Evidence): string | undefined {
  return faults[0] ?? (differences.length === 0 ? undefined : `${differences.length} counts differ from what was sent`);
}

function alarmWrong({ reading: { transitions }, deeds: { fellMs, backMs } }: Evidence): string | undefined {
  const states = transitions.map(({ to }) => to).join(', ');
  if (states !== 'OK, ALARM, OK') return `its states were ${states === '' ? 'none' : states}`;
  const [, on, off] = transitions.map(({ atMs }) => atMs);
  if (on === undefined || fellMs === undefined || on < fellMs) return 'it turned on before they fell';
  return off === undefined || backMs === undefined || off < backMs ? 'it turned off before they were back' : undefined;
}

function incidentWrong({ reading: { incidents, transitions } }: Evidence): string | undefined {
  const [found] = incidents;
  if (found === undefined || incidents.length !== 1) return `there are ${incidents.length} incidents`;
  const { Status, OpenedMs } = found.item;
  if (OpenedMs !== transitions.find(({ to }) => to === 'ALARM')?.atMs) return 'it is of another moment';
  return Status === 'recovered' ? undefined : `it is ${Status}`;
}

/** The Control table and the inbox must tell the same. */
function tiersWrong({ reading }: Evidence): string | undefined {
  const pages = reading.messages.filter((message) => !isEnd(message));
  const told = pages.map(({ to }) => to).join(', ');
  if (told !== tiers.map(({ to }) => to).join(', '))
    return `the inbox has messages to ${told === '' ? 'nobody' : told}`;
  const noted = logOf(reading, 'told').map(({ Tier, Contact }) => `${Tier} ${Contact}`);
  const due = tiers.map(({ channel, to }, index) => `${index + 1} ${channel}:${to}`);
  if (noted.join() !== due.join()) return `the incident has noted: ${noted.join(', ')}`;
  for (const [index, { acknowledgeWithinMinutes }] of tiers.slice(0, -1).entries()) {
    const waitedMs = (pages[index + 1]?.atMs ?? 0) - (pages[index]?.atMs ?? 0);
    if (waitedMs < acknowledgeWithinMinutes * minuteMs) return `tier ${index + 2} was told too soon`;
  }
  const on = reading.transitions.find(({ to }) => to === 'ALARM')?.atMs ?? Number.POSITIVE_INFINITY;
  return (pages[0]?.atMs ?? 0) < on ? 'tier 1 was told before the alarm was on' : undefined;
}

function messageWrong({ reading: { messages, incidents } }: Evidence): string | undefined {
  const [message] = messages;
  if (message === undefined) return 'there is none';
  const id = incidents[0]?.incident;
  const parts: readonly (readonly [part: string, isThere: boolean])[] = [
    ['a subject', message.subject?.startsWith('CRITICAL: page view') === true],
    ['the threshold', message.text.includes(`the threshold of ${threshold}`)],
    ['a chart', /\|[▁-█ ]+\|/.test(message.text)],
    ['a link', acknowledgingLink(message.text) !== undefined],
    ['the command', id !== undefined && message.text.includes(`incidents acknowledge ${id}`)],
  ];
  const missing = parts.flatMap(([part, isThere]) => (isThere ? [] : [part]));
  return missing.length === 0 ? undefined : `it lacks ${missing.join(', ')}`;
}

function lookWrong({ deeds: { looked } }: Evidence): string | undefined {
  if (looked === undefined) return 'nobody came to look';
  if (looked.status !== 200) return `the page was answered with ${looked.status}`;
  return looked.after.Version === looked.before.Version && looked.after.Acknowledged === undefined
    ? undefined
    : 'the incident has changed';
}

function pressWrong({ reading, deeds: { pressed, pressedAgain } }: Evidence): string | undefined {
  if (pressed === undefined) return 'nobody came to press it';
  if (pressed.status !== 200) return `it was answered with ${pressed.status}`;
  const { Acknowledged } = pressed.after;
  if (Acknowledged?.By !== person || Acknowledged.How !== 'link') return 'the Control table has no acknowledgement';
  if (pressedAgain?.status !== 410) return `pressed again it was answered with ${pressedAgain?.status}`;
  const later = reading.messages.filter((message) => message.atMs > Acknowledged.AtMs && !isEnd(message));
  return later.length === 0 ? undefined : `${later[0]?.to} was told all the same`;
}

function endWrong({ reading }: Evidence): string | undefined {
  const ends = reading.messages.filter(isEnd);
  const due = tiers.map(({ to }) => to).sort();
  const heard = ends.map(({ to }) => to).sort();
  if (heard.join() !== due.join()) return `the inbox has it to ${heard.length === 0 ? 'nobody' : heard.join(', ')}`;
  const off = reading.transitions.findLast(({ to }) => to === 'OK')?.atMs ?? Number.POSITIVE_INFINITY;
  if (ends.some(({ atMs }) => atMs < off)) return 'it was told before the alarm was off';
  const noted = logOf(reading, 'end-told').length;
  return noted === tiers.length ? undefined : `the incident has noted ${noted} of ${tiers.length}`;
}

function logOf({ incidents }: Reading, kind: IncidentItem['Log'][number]['Kind']): IncidentItem['Log'] {
  return (incidents[0]?.item.Log ?? []).filter(({ Kind }) => Kind === kind);
}
