import type { KnownAlarm } from '../../../incidents/alarm-changed.ts';
import { firstAlarm } from '../../../incidents/alarm-changed.ts';
import type { AlarmEvent } from '../../../incidents/alarm-event.ts';
import type { AlarmContext } from '../../../incidents/change.ts';
import type { AlarmItem, IncidentItem, Telling } from '../../../incidents/items.ts';
import { tellingId } from '../../../incidents/outbox.ts';
import { escalationPlan } from '../../../incidents/plan.ts';
import type { DeployedAlarm, EscalationSettings } from '../../../incidents/settings.ts';
import { severities } from '../../../incidents/settings.ts';
import type { EscalateInput, IncidentEffect } from '../../../incidents/steps.ts';
import type { Decisions } from './decisions.ts';
import { decisions } from './decisions.ts';

export const minuteMs = 60_000;
export const alarm: DeployedAlarm = {
  ...{ alarm: 'shop-web-few', source: 'web', name: 'few', severity: 'high' },
  ...{ summary: 'page view below 5 in 1m', runbook: 'alarm-a-series' },
};
const settings: EscalationSettings = {
  tiers: ['email:one@example.org', 'email:two@example.org'].map((contact) => ({
    ...{ notify: [contact], acknowledgeWithinMs: 5 * minuteMs, repeat: 1, severities },
  })),
  ...{ rounds: 1, raiseAgainAfterMs: 60 * minuteMs, gatherMs: 0, joinWithinMs: 15 * minuteMs, maintenance: [] },
};
export const plan = escalationPlan(settings, 'high');

/** Where an execution stands: what it does when it goes on. */
export type Doing =
  | { readonly kind: 'ask' }
  | { readonly kind: 'begin'; readonly telling: Telling }
  | { readonly kind: 'publish'; readonly telling: Telling; readonly contacts: readonly string[] }
  | { readonly kind: 'note'; readonly telling: Telling; readonly contacts: readonly string[]; readonly isSent: boolean }
  | { readonly kind: 'await'; readonly step: number; readonly untilMs: number }
  | { readonly kind: 'waiting'; readonly token: string; readonly untilMs: number; readonly isWoken: boolean };

export interface Execution {
  readonly name: string;
  readonly input: EscalateInput;
  /** Absent: it has ended, or was stopped. */
  readonly doing?: Doing;
}

/** What somebody was sent. */
export interface Message {
  readonly incident: string;
  readonly telling: Telling;
  readonly contact: string;
  readonly isSent: boolean;
}

/** Everything there is at one moment. States are never changed. */
export interface State {
  readonly nowMs: number;
  /** What the alarm does really, and every transition of it, oldest first. */
  readonly isOn: boolean;
  readonly events: readonly AlarmEvent[];
  /** How many of them have been taken in, the first ones first. */
  readonly heard: number;
  readonly alarm: AlarmItem;
  readonly incidents: Readonly<Record<string, IncidentItem>>;
  readonly executions: Readonly<Record<string, Execution>>;
  /** What is to be done after what was written, and is not done yet: whoever was to do it may be dead. */
  readonly effects: readonly IncidentEffect[];
  readonly isSilenced: boolean;
  readonly messages: readonly Message[];
  /** How many things may still go wrong: 1, and 0 when something has. */
  readonly faults: number;
  /** What decides in it. */
  readonly decide: Decisions;
}

export const firstState: State = {
  nowMs: Date.parse('2026-11-02T09:00:00Z'),
  ...{ isOn: false, events: [], heard: 0, alarm: firstAlarm, incidents: {}, executions: {}, effects: [] },
  ...{ isSilenced: false, messages: [], faults: 1 },
  decide: decisions,
};

export function knownAlarm({ alarm: item, incidents }: State): KnownAlarm {
  const incident = item.Incident === undefined ? undefined : incidents[item.Incident];
  if (item.Incident === undefined || incident === undefined) return { item };
  return { item, incident: { source: alarm.source, incident: item.Incident, item: incident } };
}

export function contextOf(state: State): AlarmContext {
  const { joinWithinMs, raiseAgainAfterMs } = plan;
  const hold = holdOf(state);
  return { alarm, joinWithinMs, raiseAgainAfterMs, nowMs: state.nowMs, configuredMs: 0, ...(hold && { hold }) };
}

export function holdOf({ isSilenced, nowMs }: State) {
  return isSilenced ? { untilMs: nowMs + 24 * 60 * minuteMs, because: 'a silence' } : undefined;
}

/** The same for what is the same to whom it is sent. */
export function nameOf({ incident, telling, contact }: Message): string {
  return `${incident} ${tellingId(telling)} ${contact}`;
}

/** Two states of one key go on alike, and keep the same promises: times count from now, names by their order, and messages whenever they were sent. */
export function keyOf(state: State): string {
  const { nowMs, events, heard, messages, decide: _, ...rest } = state;
  const sent = messages.map((message) => `${nameOf(message)} ${message.isSent}`).sort();
  const names = Object.keys(state.incidents);
  const text = JSON.stringify(
    {
      ...rest,
      unheard: events.slice(heard),
      last: events.at(-1)?.transitionMs,
      sent,
      said: messages.at(-1)?.telling.Kind,
    },
    (key, value) => {
      if (key === 'Version' || key === 'Log' || key === 'LogDropped' || key === 'Summary' || key === 'reason')
        return undefined;
      return typeof value === 'number' && (key.endsWith('Ms') || key === 'last') ? value - nowMs : value;
    },
  );
  return names.reduce((key, name, index) => key.replaceAll(name, `i${index}`), text);
}
