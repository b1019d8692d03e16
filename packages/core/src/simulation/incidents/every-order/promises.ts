import { isEnded, isOver } from '../../../incidents/incident.ts';
import { nextMs, performed, running, swept, wentOn } from './actions.ts';
import type { State } from './state.ts';
import { minuteMs, nameOf, plan } from './state.ts';

const sweepMs = 5 * minuteMs;
/** Steps and sweeps until everything has come of a state. None takes near as many. */
const turnsMax = 500;

/** What one action must not do. */
export function brokenBy(before: State, after: State): string | undefined {
  const open = Object.values(after.incidents).filter((item) => !isEnded(item));
  if (open.length > 1) return 'one alarm has two open incidents';
  const ons = after.events.filter(({ state }) => state === 'ALARM');
  const opened = Object.values(after.incidents).filter(({ OpenedMs }) =>
    ons.some((on) => on.transitionMs === OpenedMs),
  );
  const again = Object.keys(after.incidents).length - opened.length;
  const ended = Object.values(after.incidents).filter(({ Status }) => Status === 'resolved').length;
  if (again > ended) return 'an incident of no transition';
  return begunWrongly(before, after) ?? twice(after);
}

/** Whom somebody is about to tell must be noted, and nobody may have answered. */
function begunWrongly(before: State, after: State): string | undefined {
  for (const [name, { doing, input }] of Object.entries(after.executions)) {
    if (doing?.kind !== 'publish' || before.executions[name]?.doing?.kind === 'publish') continue;
    const item = before.incidents[input.incident];
    if (item === undefined || doing.telling.Kind === 'end') continue;
    if (item.Status !== 'open') return `somebody is told of an incident that is ${item.Status}`;
    if (item.Acknowledged !== undefined) return 'somebody is told of an incident that was acknowledged';
    if (before.isSilenced) return 'somebody is told through a silence';
    const unnoted = doing.contacts.filter((contact) => !after.incidents[input.incident]?.Told.includes(contact));
    if (unnoted.length > 0) return 'somebody is told without being noted';
  }
  return undefined;
}

function twice({ messages, faults }: State): string | undefined {
  const names = messages.map(nameOf);
  const last = names.at(-1);
  // After a fault it is rather twice than never.
  return faults > 0 && names.indexOf(last ?? '') < names.length - 1 ? `told twice: ${last}` : undefined;
}

/**
 * What does not come of a state in which nothing else happens, by waits and sweeps alone: wake-ups and starts that are under way are lost. A silence is taken away.
 */
export function brokenAfter(from: State): string | undefined {
  const silent: State = { ...from, isSilenced: false, effects: [], heard: from.events.length };
  return from.isOn ? untold(silent) : unended(silent);
}

/** An alarm that stays on is told, and told again when nobody answers, or after an answer. */
function untold(from: State): string | undefined {
  const boundMs = from.nowMs + boundOf(from);
  let state = from;
  for (let turns = 0; turns < turnsMax; turns += 1) {
    const sent = state.messages.slice(from.messages.length).filter(({ isSent }) => isSent);
    // That an incident is over, which somebody has resolved, tells nobody of an alarm that is on.
    if (sent.some(({ telling }) => telling.Kind !== 'end')) return undefined;
    if (state.nowMs > boundMs) return `nobody is told within ${(boundMs - from.nowMs) / minuteMs} minutes`;
    state = goneOn(state);
  }
  return 'it goes on for ever';
}

/** A sweep finds what was lost, an event after a minute; a tier has its time, and whoever has answered, or has heard the last word, has longer. */
function boundOf({ alarm: { Incident: id = '' }, incidents, messages }: State): number {
  const { Status } = incidents[id] ?? { Status: 'open' as const };
  const isLast = messages.at(-1)?.telling.Kind === 'last-word';
  const isAnswered = isLast || (Status !== 'open' && Status !== 'held');
  const lostMs = 2 * sweepMs + 2 * minuteMs;
  return lostMs + 5 * minuteMs + (isAnswered ? plan.raiseAgainAfterMs : 0);
}

/** An alarm that stays off: every incident is over in the end, and whoever heard of it hears that. */
function unended(from: State): string | undefined {
  const boundMs = from.nowMs + plan.joinWithinMs + 3 * sweepMs + 2 * minuteMs;
  let state = from;
  for (let turns = 0; turns < turnsMax; turns += 1) {
    const items = Object.values(state.incidents);
    // An execution may be left that waits for nothing, until its time is up.
    if (items.every(isOver) && running(state).length === 0) return unheard(state);
    if (state.nowMs > boundMs)
      return `an incident of an alarm that is off is ${items.find((item) => !isOver(item))?.Status}`;
    state = goneOn(state);
  }
  return 'it goes on for ever';
}

function unheard({ incidents, messages, faults }: State): string | undefined {
  for (const id of Object.keys(incidents)) {
    const of = messages.filter(({ incident, isSent }) => incident === id && isSent);
    const ends = of.filter(({ telling }) => telling.Kind === 'end').map(({ contact }) => contact);
    const begins = new Set(of.filter(({ telling }) => telling.Kind !== 'end').map(({ contact }) => contact));
    if ([...begins].some((contact) => !ends.includes(contact))) return 'somebody has not heard of the end';
    if (faults > 0 && new Set(ends).size < ends.length) return 'somebody has heard of the end twice';
  }
  return undefined;
}

/** Whoever can goes on; where nobody can, time passes, and every five minutes is swept. */
function goneOn(state: State): State {
  const [execution] = running(state);
  if (execution !== undefined) return wentOn(state, execution);
  const sweepAtMs = (Math.floor(state.nowMs / sweepMs) + 1) * sweepMs;
  const waitedMs = nextMs(state);
  if (waitedMs > state.nowMs && waitedMs < sweepAtMs) return { ...state, nowMs: waitedMs };
  return performed(swept({ ...state, nowMs: sweepAtMs }));
}
