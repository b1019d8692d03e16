import type { AlarmChange, AnswerChange } from '../../../incidents/change.ts';
import { executionName } from '../../../incidents/incident-id.ts';
import type { IncidentItem } from '../../../incidents/items.ts';
import type { IncidentEffect } from '../../../incidents/steps.ts';
import type { Doing, Execution, State } from './state.ts';
import { alarm, contextOf, holdOf, knownAlarm, plan } from './state.ts';

/** Something that may happen now, and what comes of it. */
export interface Action {
  readonly name: string;
  readonly next: State;
}

/** Everything that may happen next, each thing whole or not at all: whoever dies in between has written all or nothing. */
export function actions(state: State): Action[] {
  return [
    { name: state.isOn ? 'turns off' : 'turns on', next: turned(state) },
    ...(state.heard < state.events.length ? [{ name: 'heard', next: heard(state) }] : []),
    ...state.events.slice(-2).map((event, index) => ({ name: `again ${index}`, next: took(state, event) })),
    ...answers(state),
    ...(state.effects.length > 0 ? [{ name: 'performed', next: performed(state) }] : []),
    ...running(state).flatMap((execution) => [
      { name: 'goes on', next: wentOn(state, execution) },
      ...(state.faults > 0 ? hurt(state, execution) : []),
    ]),
    ...(nextMs(state) > state.nowMs ? [{ name: 'time passes', next: { ...state, nowMs: nextMs(state) } }] : []),
    { name: 'swept', next: swept(state) },
    { name: 'silence', next: { ...state, isSilenced: !state.isSilenced } },
  ].filter(({ next }) => next !== state);
}

/** Executions that can go on now. */
export function running({ executions, nowMs }: State): Execution[] {
  return Object.values(executions).filter(
    ({ doing }) => doing !== undefined && (doing.kind !== 'waiting' || doing.isWoken || doing.untilMs <= nowMs),
  );
}

/** When the next wait is over; now where there is none. */
export function nextMs({ executions, nowMs }: State): number {
  const waits = Object.values(executions).flatMap(({ doing }) =>
    doing?.kind === 'waiting' && doing.untilMs > nowMs ? [doing.untilMs] : [],
  );
  return waits.length === 0 ? nowMs : Math.min(...waits);
}

function turned(state: State): State {
  const last = state.events.at(-1);
  // CloudWatch evaluates an alarm every ten seconds at most.
  const nowMs = Math.max(state.nowMs, (last?.transitionMs ?? 0) + 10_000);
  const event = {
    ...{ alarm: alarm.alarm, transitionMs: nowMs, reason: '' },
    ...(state.isOn ? ({ state: 'OK', previous: 'ALARM' } as const) : ({ state: 'ALARM', previous: 'OK' } as const)),
  };
  return { ...state, nowMs, isOn: !state.isOn, events: [...state.events, event] };
}

function heard(state: State): State {
  const event = state.events[state.heard];
  return event === undefined ? state : took({ ...state, heard: state.heard + 1 }, event);
}

function took(state: State, event: State['events'][number]): State {
  return changedAlarm(state, state.decide.alarmChanged(knownAlarm(state), event, contextOf(state)));
}

function answers(state: State): Action[] {
  const { incident } = knownAlarm(state);
  if (incident === undefined) return [];
  const by = { by: 'ada', nowMs: state.nowMs };
  const answered = (change: AnswerChange): State =>
    change.ok ? changedIncident(state, incident.incident, change.item, change.effects) : state;
  return [
    { name: 'acknowledged', next: answered(state.decide.acknowledge(incident.item, { ...by, how: 'command' })) },
    { name: 'resolved', next: answered(state.decide.resolve(incident.item, by)) },
  ];
}

/** What others have left undone. */
export function swept(state: State): State {
  const last = state.events.at(-1);
  const seen = last && { ...last, sinceMs: last.transitionMs };
  const missed = seen && state.decide.missedTransition(state.alarm, seen, state.nowMs);
  const taken = missed === undefined ? state : took(state, missed);
  const opened = changedAlarm(taken, state.decide.stillOn(knownAlarm(taken), contextOf(taken)));
  return Object.entries(opened.incidents).reduce((next, [id, item]) => {
    const execution = next.executions[executionName(id, item.Executions)];
    const is = execution === undefined ? 'absent' : execution.doing === undefined ? 'stopped' : 'running';
    const change = state.decide.sweepIncident(alarm.source, id, item, is, next.nowMs, holdOf(next));
    return changedIncident(next, id, change.item, change.effects);
  }, opened);
}

/** Whoever has changed something does what follows. */
export function performed(state: State): State {
  return state.effects.reduce<State>(perform, { ...state, effects: [] });
}

function perform(state: State, effect: IncidentEffect): State {
  if (effect.kind === 'start-execution') {
    const { name, input } = effect;
    if (state.executions[name] !== undefined) return state;
    return { ...state, executions: { ...state.executions, [name]: { name, input, doing: { kind: 'ask' } } } };
  }
  const waits = Object.values(state.executions).find(
    ({ doing }) => doing?.kind === 'waiting' && doing.token === effect.token,
  );
  if (waits?.doing?.kind !== 'waiting' || waits.doing.isWoken) return state;
  return withDoing(state, waits, { ...waits.doing, isWoken: true });
}

/** One step of an execution; what it writes and what follows from that are one. */
export function wentOn(state: State, execution: Execution): State {
  const { doing, input, name } = execution;
  const item = state.incidents[input.incident];
  if (doing === undefined || item === undefined) return state;
  switch (doing.kind) {
    case 'ask':
      return asked(state, execution, item);
    case 'begin': {
      const begun = state.decide.beginTelling(item, doing.telling, plan, state.nowMs, holdOf(state));
      if (begun === undefined) return withDoing(state, execution, { kind: 'ask' });
      const written = changedIncident(state, input.incident, begun.item, []);
      return withDoing(written, execution, { ...doing, kind: 'publish', contacts: begun.contacts });
    }
    case 'publish':
      return published(state, execution, doing, true);
    case 'note': {
      const deliveries = doing.contacts.map((contact) => (doing.isSent ? { contact } : { contact, failure: 'none' }));
      const noted = state.decide.endTelling(item, doing.telling, deliveries, plan, state.nowMs);
      return withDoing(changedIncident(state, input.incident, noted, []), execution, { kind: 'ask' });
    }
    case 'await': {
      const token = `${name}/${doing.step}`;
      const waiting = withDoing(state, execution, { kind: 'waiting', token, untilMs: doing.untilMs, isWoken: false });
      const change = state.decide.putToken(item, doing.step, token);
      // The answer of this very call: nobody can be dead who is still there to be answered.
      return change.effects.reduce(perform, changedIncident(waiting, input.incident, change.item, []));
    }
    case 'waiting':
      return withDoing(state, execution, { kind: 'ask' });
  }
}

/** Something goes wrong with an execution. */
function hurt(state: State, execution: Execution): Action[] {
  const hurt = { ...state, faults: state.faults - 1 };
  const { doing } = execution;
  return [
    { name: 'stopped', next: withDoing(hurt, execution, undefined) },
    ...(doing?.kind === 'publish' ? [{ name: 'not sent', next: published(hurt, execution, doing, false) }] : []),
    ...(doing?.kind === 'note'
      ? [{ name: 'sent, and not noted', next: withDoing(hurt, execution, { kind: 'ask' }) }]
      : []),
  ];
}

function asked(state: State, execution: Execution, item: IncidentItem): State {
  const call = { ...execution.input, loops: 1 };
  const { answer, ...ticked } = state.decide.answerTick(call, item, plan, state.nowMs, holdOf(state));
  const next = changedIncident(state, call.incident, ticked.item, ticked.effects);
  if (answer.kind === 'tell') return withDoing(next, execution, { kind: 'begin', telling: answer.telling });
  if (answer.kind !== 'wait') return withDoing(next, execution, undefined);
  return withDoing(next, execution, {
    ...{ kind: 'await', step: answer.step, untilMs: state.nowMs + answer.seconds * 1000 },
  });
}

function published(
  state: State,
  execution: Execution,
  { telling, contacts }: Extract<Doing, { kind: 'publish' }>,
  isSent: boolean,
): State {
  const { incident } = execution.input;
  const messages = contacts.map((contact) => ({ incident, telling, contact, isSent }));
  const told = { ...state, messages: [...state.messages, ...messages] };
  return withDoing(told, execution, { kind: 'note', telling, contacts, isSent });
}

function changedAlarm(state: State, { alarm: item, incident, effects }: AlarmChange): State {
  const next = item === state.alarm ? state : { ...state, alarm: item };
  return incident === undefined
    ? withEffects(next, effects)
    : changedIncident(next, incident.incident, incident.item, effects);
}

function changedIncident(state: State, id: string, item: IncidentItem, effects: readonly IncidentEffect[]): State {
  const next = state.incidents[id] === item ? state : { ...state, incidents: { ...state.incidents, [id]: item } };
  return withEffects(next, effects);
}

function withEffects(state: State, effects: readonly IncidentEffect[]): State {
  const names = new Set(state.effects.map((effect) => JSON.stringify(effect)));
  const more = effects.filter((effect) => !names.has(JSON.stringify(effect)));
  return more.length === 0 ? state : { ...state, effects: [...state.effects, ...more] };
}

function withDoing(state: State, { name, input }: Execution, doing: Doing | undefined): State {
  const execution = { name, input, ...(doing === undefined ? {} : { doing }) };
  return { ...state, executions: { ...state.executions, [name]: execution } };
}
