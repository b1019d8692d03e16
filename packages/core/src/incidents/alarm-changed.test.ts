import { describe, expect, test } from 'vitest';
import { alarmChanged, firstAlarm, stillOn } from './alarm-changed.ts';
import type { AlarmEvent } from './alarm-event.ts';
import { armingMs } from './arming.ts';
import type { AlarmContext } from './change.ts';
import { executionName, incidentId, isIncidentId } from './incident-id.ts';
import type { AlarmItem } from './items.ts';
import { escalationPlan } from './plan.ts';
import { severities } from './settings.ts';
import { tick } from './tick.ts';

const nowMs = Date.parse('2026-11-20T09:15:00Z');
const context: AlarmContext = {
  alarm: {
    ...{ alarm: 'shop-web-few', source: 'web', name: 'few', severity: 'critical' },
    ...{ summary: 'page view below 5', runbook: 'alarm-a-series' },
  },
  ...{ joinWithinMs: 900_000, raiseAgainAfterMs: 3_600_000, nowMs },
};
const event: AlarmEvent = {
  ...{ alarm: 'shop-web-few', state: 'ALARM', transitionMs: nowMs - 5_000, previous: 'OK', reason: 'crossed' },
  ...{ threshold: 5, value: 2 },
};

test('an id is the same for the same transition, and says when it was', () => {
  const id = incidentId('shop-web-few', nowMs);
  expect(id).toMatch(/^20261120T091500Z-[0-9a-f]{8}$/);
  expect(isIncidentId(id)).toBe(true);
  expect(incidentId('shop-web-few', nowMs)).toBe(id);
  expect(new Set([id, incidentId('shop-web-many', nowMs), incidentId('shop-web-few', nowMs + 1)]).size).toBe(3);
  expect([executionName(id, 1), executionName(id, 2)]).toEqual([id, `${id}-2`]);
});

test('an alarm that turns on opens an incident, and starts its execution', () => {
  const { alarm, incident, effects } = alarmChanged({ item: firstAlarm }, event, context);
  const id = incidentId('shop-web-few', event.transitionMs);
  expect(alarm).toEqual({ Version: 1, State: 'ALARM', TransitionMs: event.transitionMs, Incident: id, Armed: true });
  expect(incident).toMatchObject({
    ...{ source: 'web', incident: id },
    item: {
      ...{ Version: 1, Alarm: 'shop-web-few', Severity: 'critical', Status: 'open', OpenedMs: event.transitionMs },
      Summary: { What: 'page view below 5', Reason: 'crossed', Threshold: 5, Value: 2 },
    },
  });
  const input = { source: 'web', incident: id, execution: 1 };
  expect(effects).toEqual([{ kind: 'start-execution', name: id, input }]);
});

test('the same again writes nothing, and says again what is to be done', () => {
  const first = alarmChanged({ item: firstAlarm }, event, context);
  const known = { item: first.alarm, ...(first.incident === undefined ? {} : { incident: first.incident }) };
  const again = alarmChanged(known, event, context);
  expect(again.alarm).toBe(first.alarm);
  expect(again.incident).toBe(first.incident);
  expect(again.effects).toEqual(first.effects);
  const late = alarmChanged(known, { ...event, state: 'OK', transitionMs: event.transitionMs - 1 }, context);
  expect([late.alarm, late.effects]).toEqual([first.alarm, []]);
});

test('the moment of a transition that is told by another clock makes it no other one', () => {
  const { alarm, incident } = alarmChanged({ item: firstAlarm }, event, context);
  if (incident === undefined) throw new Error('no incident');
  const resolved = { ...incident, item: { ...incident.item, Status: 'resolved' as const, EndedMs: nowMs } };
  for (const transitionMs of [event.transitionMs - 1, event.transitionMs + 999]) {
    const again = alarmChanged({ item: alarm, incident: resolved }, { ...event, transitionMs }, context);
    expect([again.alarm, again.incident]).toEqual([alarm, resolved]);
  }
  const other = alarmChanged({ item: alarm, incident: resolved }, { ...event, transitionMs: nowMs }, context);
  expect(other.incident?.incident).toBe(incidentId('shop-web-few', nowMs));
});

test('the reason of what is still on again and again does not grow', () => {
  let { alarm: item, incident } = alarmChanged({ item: firstAlarm }, event, context);
  const reasons = [1, 2, 3].map((times) => {
    if (incident === undefined) throw new Error('no incident');
    const EndedMs = nowMs + times * 7_200_000;
    const ended = { ...incident, item: { ...incident.item, Status: 'resolved' as const, EndedMs } };
    ({ alarm: item, incident } = stillOn({ item, incident: ended }, { ...context, nowMs: EndedMs + 3_600_000 }));
    return incident?.item.Summary.Reason.replace(ended.incident, 'ID');
  });
  expect(new Set(reasons)).toEqual(new Set(['Still on since its incident ID was ended. crossed']));
});

describe('a deployment never pages', () => {
  const made: AlarmEvent = { ...event, previous: 'INSUFFICIENT_DATA', previousMs: nowMs - 60_000 };
  const armed: AlarmItem = { ...firstAlarm, Version: 3, State: 'INSUFFICIENT_DATA', TransitionMs: 1, Armed: true };
  const status = (item: AlarmItem, change: AlarmEvent, more: Partial<AlarmContext> = {}) => {
    const { Status, HeldUntilMs } = alarmChanged({ item }, change, { ...context, ...more }).incident?.item ?? {};
    return [Status, HeldUntilMs];
  };

  const changed = { configuredMs: nowMs - 30_000 };
  const long = { alarm: { ...context.alarm, looksBackMs: 3_600_000 } };

  test.each([
    ['made just now', firstAlarm, made, {}, ['held', nowMs - 60_000 + armingMs]],
    ['made long ago', firstAlarm, { ...made, previousMs: nowMs - armingMs - 5_000 }, {}, ['open', undefined]],
    ['changed just now', armed, made, { configuredMs: nowMs - 30_000 }, ['held', nowMs - 30_000 + armingMs]],
    ['changed long ago', firstAlarm, made, { configuredMs: nowMs - 2 * armingMs }, ['open', undefined]],
    ['that has been OK', armed, made, {}, ['open', undefined]],
    ['that comes from OK', firstAlarm, event, { configuredMs: nowMs }, ['open', undefined]],
    ['that has turned off since', armed, { ...event, previousMs: nowMs - 20_000 }, changed, ['open', undefined]],
    [
      'that was off by what it was before',
      ...[armed, { ...event, previousMs: 1 }, changed, ['held', nowMs - 30_000 + armingMs]],
    ],
    ['that looks back for hours', firstAlarm, made, long, ['held', nowMs - 60_000 + 65 * 60_000]],
    [
      'that looks back for hours, and was off',
      armed,
      { ...event, previousMs: 1 },
      { ...long, ...changed },
      ['held', nowMs - 30_000 + armingMs],
    ],
  ] as const)('by an alarm %s', (_what, item, change, more, expected) => {
    expect(status(item, change, more)).toEqual(expected);
  });

  test('but what is still on afterwards does', () => {
    const item = alarmChanged({ item: firstAlarm }, made, context).incident?.item;
    if (item === undefined) throw new Error('no incident');
    const tier = { notify: ['email:a@example.org'], acknowledgeWithinMs: 60_000, repeat: 1, severities };
    const settings = { tiers: [tier], rounds: 1, raiseAgainAfterMs: 1, gatherMs: 1, joinWithinMs: 1, maintenance: [] };
    const plan = escalationPlan(settings, 'critical');
    const held = tick(item, plan, nowMs);
    expect(held.next).toMatchObject({ kind: 'wait', untilMs: nowMs - 60_000 + armingMs });
    expect(tick(held.item, plan, nowMs + armingMs).next).toMatchObject({
      kind: 'tell',
      contacts: ['email:a@example.org'],
    });
  });
});

test('the parts of a composite alarm are those of the newest event that says which', () => {
  const opened = alarmChanged({ item: firstAlarm }, { ...event, partsOn: ['errors'] }, context);
  const next = (known: typeof opened, change: Partial<AlarmEvent>) => {
    const { alarm: item, incident } = known;
    return alarmChanged({ item, ...(incident === undefined ? {} : { incident }) }, { ...event, ...change }, context);
  };
  const off = next(opened, { state: 'OK', previous: 'ALARM', transitionMs: nowMs });
  expect(off.incident?.item).toMatchObject({ Status: 'settling', PartsOn: ['errors'] });
  const back = next(off, { transitionMs: nowMs + 5000, partsOn: ['lag', 'throttles'] });
  expect(back.incident?.item).toMatchObject({ Flaps: 1, PartsOn: ['lag', 'throttles'] });
  const silent = next(next(back, { state: 'OK', transitionMs: nowMs + 10_000 }), { transitionMs: nowMs + 15_000 });
  expect(silent.incident?.item).toMatchObject({ Flaps: 2, PartsOn: ['lag', 'throttles'] });
  expect(alarmChanged({ item: firstAlarm }, event, context).incident?.item).not.toHaveProperty('PartsOn');
});
