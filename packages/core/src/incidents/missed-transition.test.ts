import { expect, test } from 'vitest';
import { firstAlarm } from './alarm-changed.ts';
import type { AlarmItem } from './items.ts';
import { missedTransition, type SeenAlarm } from './missed-transition.ts';

const nowMs = Date.parse('2026-11-20T09:15:00Z');
const sinceMs = nowMs - 5 * 60_000;
const off: AlarmItem = { Version: 3, State: 'OK', TransitionMs: sinceMs - 60_000, Armed: true };
const on: SeenAlarm = {
  ...{ alarm: 'shop-web-few', state: 'ALARM', sinceMs, reason: 'crossed' },
  reasonData: '{"threshold":5,"recentDatapoints":[3]}',
};
const told = { alarm: 'shop-web-few', transitionMs: sinceMs, reason: 'crossed', threshold: 5, value: 3 };
const before = { previousMs: off.TransitionMs };

test.each([
  ['turned on', off, on, { ...told, ...before, state: 'ALARM', previous: 'OK' }],
  [
    'turned off',
    { ...off, State: 'ALARM' },
    { ...on, state: 'OK' },
    { ...told, ...before, state: 'OK', previous: 'ALARM' },
  ],
  ['turned off and on', { ...off, State: 'ALARM' }, on, { ...told, ...before, state: 'ALARM', previous: 'OK' }],
  ['was on before anybody asked', firstAlarm, on, { ...told, state: 'ALARM', previous: 'INSUFFICIENT_DATA' }],
  ['was off before anybody asked', firstAlarm, { ...on, state: 'OK' }, undefined],
  ['is as it was', { ...off, State: 'ALARM', TransitionMs: sinceMs }, on, undefined],
  ['is described as it was before', { ...off, TransitionMs: sinceMs + 1 }, on, undefined],
  ['turned on just now: its event may come yet', off, { ...on, sinceMs: nowMs - 59_999 }, undefined],
] as const)('an alarm that %s', (_, item, seen, expected) => {
  expect(missedTransition(item, seen, nowMs)).toEqual(expected);
});
