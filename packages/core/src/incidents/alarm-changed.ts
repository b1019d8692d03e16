import type { AlarmEvent } from './alarm-event.ts';
import { unarmedUntil } from './arming.ts';
import type { AlarmChange, AlarmContext, Hold, StoredIncident } from './change.ts';
import { laterHold, unarmed } from './hold.ts';
import { changed, endOfWait, isEnded, pendingEffects, startOf, wakeOf } from './incident.ts';
import { incidentId } from './incident-id.ts';
import type { AlarmItem, IncidentItem, LogEntry } from './items.ts';

/** The moment of one transition, as an event has it and as CloudWatch describes the alarm, may differ by less than this. Milliseconds. */
const sameMomentMs = 1000;
/** How many earlier incidents an alarm remembers. */
const earlierMax = 5;

/** Before an alarm's first transition. */
export const firstAlarm: AlarmItem = { Version: 0, State: 'INSUFFICIENT_DATA', TransitionMs: 0, Armed: false };

/** What is known of an alarm: its item, and its open or last incident. */
export interface KnownAlarm {
  readonly item: AlarmItem;
  readonly incident?: StoredIncident;
}

/**
 * A transition of an alarm, however often and in whatever order they come: one that is not newer than the last that was heard of changes nothing. What is
 * left to do of that very transition is said again, for whoever died before doing it.
 */
export function alarmChanged({ item, incident }: KnownAlarm, event: AlarmEvent, context: AlarmContext): AlarmChange {
  if (event.transitionMs <= item.TransitionMs || isSameTransition(item, event)) {
    const isSame = isSameTransition(item, event) && incident !== undefined;
    return answer(item, incident, isSame ? pendingEffects(incident.source, incident.incident, incident.item) : []);
  }
  const alarm: AlarmItem = {
    ...item,
    Version: item.Version + 1,
    State: event.state,
    TransitionMs: event.transitionMs,
    Armed: item.Armed || event.state === 'OK' || event.previous === 'OK',
  };
  const standing = incident !== undefined && !isEnded(incident.item) ? incident : undefined;
  if (event.state === 'ALARM') {
    return standing === undefined ? opened(alarm, event, context, item) : joined(alarm, standing, event, context.nowMs);
  }
  if (event.state === 'OK' && standing !== undefined && standing.item.Status !== 'settling') {
    return settled(alarm, standing, event.transitionMs, context.nowMs);
  }
  return answer(alarm, incident, []);
}

/** An alarm does not come back to a state within so short a time. */
function isSameTransition({ State, TransitionMs }: AlarmItem, { state, transitionMs }: AlarmEvent): boolean {
  return state === State && Math.abs(transitionMs - TransitionMs) < sameMomentMs;
}

/**
 * An alarm that is still on long after its incident was resolved by hand: a new one. The sweep asks this of every alarm.
 * Unchanged where that is not so.
 */
export function stillOn({ item, incident }: KnownAlarm, context: AlarmContext): AlarmChange {
  const endedMs = incident?.item.EndedMs;
  const isForgotten =
    item.State === 'ALARM' && incident !== undefined && isEnded(incident.item) && endedMs !== undefined;
  if (!isForgotten || context.nowMs < endedMs + context.raiseAgainAfterMs) return answer(item, incident, []);
  const event: AlarmEvent = {
    ...{ alarm: context.alarm.alarm, state: 'ALARM', previous: 'ALARM' },
    transitionMs: endedMs + context.raiseAgainAfterMs,
    reason: stillOnReason(incident),
    ...measuredOf(incident.item),
    ...(incident.item.PartsOn === undefined ? {} : { partsOn: incident.item.PartsOn }),
  };
  return opened({ ...item, Version: item.Version + 1 }, event, context, item);
}

/** Of one that was ended again and again, the reason names the last one alone. */
function stillOnReason({ incident, item: { Summary } }: StoredIncident): string {
  const reason = Summary.Reason.replace(/^Still on since its incident \S+ was ended\. /, '');
  return `Still on since its incident ${incident} was ended. ${reason}`;
}

function opened(alarm: AlarmItem, event: AlarmEvent, context: AlarmContext, before: AlarmItem): AlarmChange {
  const { nowMs } = context;
  const { source, severity, summary } = context.alarm;
  const id = incidentId(event.alarm, event.transitionMs);
  const unarmedUntilMs = unarmedUntil(before, event, context);
  const armed = unarmedUntilMs === undefined ? {} : { UnarmedUntilMs: unarmedUntilMs };
  const hold = laterHold(context.hold, unarmed(armed), nowMs);
  const item: IncidentItem = {
    Version: 1,
    Alarm: event.alarm,
    Source: source,
    Severity: severity,
    Summary: {
      What: summary,
      Reason: event.reason,
      ...(event.threshold === undefined ? {} : { Threshold: event.threshold }),
      ...(event.value === undefined ? {} : { Value: event.value }),
    },
    ...(event.partsOn === undefined ? {} : { PartsOn: event.partsOn }),
    OpenedMs: event.transitionMs,
    ...(hold === undefined
      ? { Status: 'open' }
      : { Status: 'held', HeldUntilMs: hold.untilMs, HeldBecause: hold.because }),
    ...armed,
    ...{ Flaps: 0, Step: 0, Executions: 1, DueMs: nowMs, Reached: false, Told: [] },
    ...{ Raise: 1, Round: 0, Tier: 0, Repeat: 0 },
    Log: [{ AtMs: nowMs, Kind: 'opened', Text: event.reason }, ...heldLog(hold, nowMs)],
    LogDropped: 0,
  };
  const known = [...(alarm.Incident === undefined ? [] : [alarm.Incident]), ...(alarm.Earlier ?? [])];
  const Earlier = known.filter((earlier) => earlier !== id).slice(0, earlierMax);
  const stored = { source, incident: id, item };
  return answer({ ...alarm, Incident: id, ...(Earlier.length === 0 ? {} : { Earlier }) }, stored, [
    startOf(source, id, item),
  ]);
}

/** The alarm has turned on again while its incident stands. */
function joined(
  alarm: AlarmItem,
  { source, incident, item }: StoredIncident,
  { partsOn }: AlarmEvent,
  nowMs: number,
): AlarmChange {
  const log: LogEntry[] = [{ AtMs: nowMs, Kind: 'joined' }];
  const back =
    item.Status === 'settling'
      ? { Status: item.Before ?? ('open' as const), Before: undefined, OffMs: undefined, ...endOfWait(item) }
      : {};
  const on = partsOn === undefined ? {} : { PartsOn: partsOn };
  const next = changed(item, { Flaps: item.Flaps + 1, ...on, ...back }, log);
  return answer(alarm, { source, incident, item: next }, wakeOf(next));
}

/** The alarm has turned off. */
function settled(
  alarm: AlarmItem,
  { source, incident, item }: StoredIncident,
  offMs: number,
  nowMs: number,
): AlarmChange {
  const Before = item.Status as NonNullable<IncidentItem['Before']>;
  const change = { Status: 'settling', Before, OffMs: offMs, ...endOfWait(item) } as const;
  const next = changed(item, change, [{ AtMs: nowMs, Kind: 'settling' }]);
  return answer(alarm, { source, incident, item: next }, wakeOf(next));
}

function answer(alarm: AlarmItem, incident: StoredIncident | undefined, effects: AlarmChange['effects']): AlarmChange {
  return { alarm, ...(incident === undefined ? {} : { incident }), effects };
}

function heldLog(hold: Hold | undefined, AtMs: number): LogEntry[] {
  return hold === undefined ? [] : [{ AtMs, Kind: 'held', Text: hold.because }];
}

function measuredOf({ Summary: { Threshold, Value } }: IncidentItem): Partial<AlarmEvent> {
  return {
    ...(Threshold === undefined ? {} : { threshold: Threshold }),
    ...(Value === undefined ? {} : { value: Value }),
  };
}
