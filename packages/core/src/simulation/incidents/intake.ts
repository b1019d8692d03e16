import type { KnownAlarm } from '../../incidents/alarm-changed.ts';
import { alarmChanged, firstAlarm, stillOn } from '../../incidents/alarm-changed.ts';
import type { AlarmEvent } from '../../incidents/alarm-event.ts';
import { acknowledge, resolve } from '../../incidents/answer.ts';
import type { AlarmChange, AlarmContext, AnswerChange } from '../../incidents/change.ts';
import { executionName } from '../../incidents/incident-id.ts';
import type { AlarmItem, IncidentItem, OutboxItem } from '../../incidents/items.ts';
import { missedTransition } from '../../incidents/missed-transition.ts';
import { isAbandoned } from '../../incidents/outbox.ts';
import { withoutAlarm } from '../../incidents/removed-alarm.ts';
import type { DeployedAlarm } from '../../incidents/settings.ts';
import { sweepIncident } from '../../incidents/waiting.ts';
import { alarmKey, incidentKey, perform, put } from './effects.ts';
import type { Going } from './processes.ts';
import type { Delivery } from './transitions.ts';
import type { World } from './world.ts';

/** Writes that are tried before an operation is given up: with every rule on, somebody gets on with each of them. */
const attemptsMax = 30;

/** A transition arrives. */
export function* intake(world: World, { alarm, transition }: Delivery): Going {
  // One that was deployed away.
  if (!world.truth.isDeployed(alarm.alarm)) return;
  const { skewMs } = world.scenario;
  const { atMs, state, previous, previousMs } = transition;
  const event = {
    alarm: alarm.alarm,
    state,
    transitionMs: atMs + skewMs,
    previous,
    previousMs: previousMs + skewMs,
    reason: `${state} since ${atMs}`,
  };
  yield* changeAlarm(world, alarm, (known, context) => {
    const seen = world.rules.newerOnly ? known : { ...known, item: { ...known.item, TransitionMs: 0 } };
    return flapped(world, known, alarmChanged(seenAs(world, seen, event), event, context));
  });
}

/** Every five minutes: what others have left undone. */
export function* sweep(world: World): Going {
  if (world.rules.abandoned) dropAbandoned(world);
  for (const alarm of world.scenario.alarms) {
    yield* takeInMissed(world, alarm);
    if (world.rules.stillOn && world.truth.isDeployed(alarm.alarm)) yield* changeAlarm(world, alarm, stillOn);
    const item = world.store.read<AlarmItem>(alarmKey(alarm));
    yield world.turn();
    if (!world.rules.sweep) continue;
    for (const id of [item?.Incident, ...(item?.Earlier ?? [])]) {
      if (id !== undefined) yield* sweepOne(world, alarm, id);
    }
  }
}

/** What CloudWatch says, should its event have been lost. */
function* takeInMissed(world: World, alarm: DeployedAlarm): Going {
  const transition = world.truth.transition(alarm.alarm);
  if (!world.rules.missed || transition === undefined || !world.truth.isDeployed(alarm.alarm)) return;
  const { atMs, state } = transition;
  const { skewMs, describedMs } = world.scenario;
  const seen = { alarm: alarm.alarm, state, sinceMs: atMs + skewMs + describedMs, reason: `${state} since ${atMs}` };
  yield* changeAlarm(world, alarm, (known, context) => {
    const event = missedTransition(known.item, seen, world.nowMs);
    if (event === undefined) return { alarm: known.item, effects: [] };
    world.say(`missed ${alarm.alarm} ${state}`);
    return alarmChanged(seenAs(world, known, event), event, context);
  });
}

/** Entries that nobody will send. */
function dropAbandoned(world: World): void {
  for (const { key, item } of world.store.scan<OutboxItem>('OUTBOX#')) {
    if (isAbandoned(item, world.nowMs)) world.store.delete(key);
  }
}

/** Somebody says something of the incident that stands. */
export function* answer(world: World, alarm: DeployedAlarm, kind: 'acknowledge' | 'resolve'): Going {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const id = world.store.read<AlarmItem>(alarmKey(alarm))?.Incident;
    yield world.turn();
    if (id === undefined) return;
    const item = world.store.read<IncidentItem>(incidentKey(id));
    if (item === undefined) return;
    yield world.turn();
    const by = { by: 'ada', nowMs: world.nowMs };
    const change: AnswerChange = kind === 'resolve' ? resolve(item, by) : acknowledge(item, { ...by, how: 'command' });
    if (!change.ok) return;
    if (!put(world, [{ key: incidentKey(id), read: item, item: change.item }])) continue;
    world.say(`${kind} ${id}`);
    yield* perform(world, change.effects);
    return;
  }
}

function* sweepOne(world: World, alarm: DeployedAlarm, id: string): Going {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const item = world.store.read<IncidentItem>(incidentKey(id));
    if (item === undefined) return;
    yield world.turn();
    const execution = world.executions.get(executionName(id, item.Executions));
    yield world.turn();
    const state = execution === undefined ? 'absent' : execution === 'running' ? 'running' : 'stopped';
    const there = withoutAlarm(item, world.isDeployed(alarm), world.nowMs);
    // With the rule off, it is held for as long as was said.
    const hold = world.rules.freed ? world.hold(alarm) : { untilMs: Number.MAX_SAFE_INTEGER, because: 'said so' };
    const { item: next, effects } = sweepIncident(alarm.source, id, there.item, state, world.nowMs, hold);
    const change = { item: next, effects: [...there.effects, ...effects] };
    if (!put(world, [{ key: incidentKey(id), read: item, item: change.item }])) continue;
    if (change.effects.length > 0) world.say(`sweep ${id} (${state}): ${change.effects.map(({ kind }) => kind)}`);
    yield* perform(world, change.effects);
    return;
  }
}

/** Reads an alarm and its incident, changes and writes both, and does what follows. */
function* changeAlarm(
  world: World,
  alarm: DeployedAlarm,
  change: (known: KnownAlarm, context: AlarmContext) => AlarmChange,
): Going {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const read = world.store.read<AlarmItem>(alarmKey(alarm));
    yield world.turn();
    const id = read?.Incident;
    const incident = id === undefined ? undefined : world.store.read<IncidentItem>(incidentKey(id));
    yield world.turn();
    const known: KnownAlarm = {
      item: read ?? firstAlarm,
      ...(id === undefined || incident === undefined
        ? {}
        : { incident: { source: alarm.source, incident: id, item: incident } }),
    };
    const changed = change(known, contextOf(world, alarm));
    const stored = changed.incident;
    const puts = [
      { key: alarmKey(alarm), read: known.item, item: changed.alarm },
      ...(stored === undefined
        ? []
        : [
            {
              key: incidentKey(stored.incident),
              read: stored.incident === id ? incident : undefined,
              item: stored.item,
            },
          ]),
    ];
    if (!put(world, puts)) continue;
    if (changed.alarm !== known.item) world.say(`${alarm.alarm} ${changed.alarm.State}: ${stored?.item.Status}`);
    yield* perform(world, changed.effects);
    return;
  }
}

function contextOf(world: World, alarm: DeployedAlarm): AlarmContext {
  const { joinWithinMs, raiseAgainAfterMs } = world.plan(alarm);
  const hold = world.hold(alarm);
  // By CloudWatch's clock, as its transitions are.
  const configuredMs = world.truth.configuredMs(alarm.alarm) + world.scenario.skewMs;
  return {
    alarm,
    joinWithinMs,
    raiseAgainAfterMs,
    nowMs: world.nowMs,
    configuredMs: world.rules.armed ? configuredMs : 0,
    ...(hold === undefined ? {} : { hold }),
  };
}

/** With the rule off, nothing is known by its state to be the transition that was heard of. */
function seenAs(world: World, known: KnownAlarm, { state }: AlarmEvent): KnownAlarm {
  if (world.rules.sameMoment) return known;
  return { ...known, item: { ...known.item, State: state === 'OK' ? 'ALARM' : 'OK' } };
}

/** With the rule off, what settled is open again. */
function flapped(world: World, { incident }: KnownAlarm, change: AlarmChange): AlarmChange {
  const stored = change.incident;
  if (world.rules.answerOutlastsFlaps || incident?.item.Status !== 'settling' || stored?.item.Status !== 'acknowledged')
    return change;
  return { ...change, incident: { ...stored, item: { ...stored.item, Status: 'open' } } };
}
