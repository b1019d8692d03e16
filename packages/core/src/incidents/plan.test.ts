import { describe, expect, test } from 'vitest';
import { isOpen, nextOpening } from './office-hours.ts';
import { escalationPlan } from './plan.ts';
import type { EscalationSettings, OfficeHours, TierSettings } from './settings.ts';
import { severities } from './settings.ts';
import { whoIsTold } from './who-is-told.ts';

const minuteMs = 60_000;
const at = (text: string) => Date.parse(text);
const tier = (name: string, more: Partial<TierSettings> = {}): TierSettings => ({
  ...{ notify: [name], acknowledgeWithinMs: 5 * minuteMs, repeat: 1, severities },
  ...more,
});
const settingsOf = (tiers: TierSettings[], rounds = 2): EscalationSettings => ({
  ...{
    tiers,
    rounds,
    raiseAgainAfterMs: 240 * minuteMs,
    gatherMs: 20_000,
    joinWithinMs: 15 * minuteMs,
    maintenance: [],
  },
});
const office: OfficeHours = { days: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1_080, zone: 'Europe/Berlin' };

/** `09:00:20 one`. */
function toldFrom(tiers: TierSettings[], start: string, rounds = 2, severity: (typeof severities)[number] = 'high') {
  return whoIsTold(escalationPlan(settingsOf(tiers, rounds), severity), at(start)).map(
    ({ atMs, kind, contacts }) => `${new Date(atMs).toISOString().slice(5, 19)} ${kind} ${contacts.join('+')}`,
  );
}

describe('office hours', () => {
  const overNight: OfficeHours = { days: [5], fromMinute: 1_320, toMinute: 360, zone: 'Europe/Berlin' };
  const wholeDay: OfficeHours = { days: [7], fromMinute: 0, toMinute: 1_440, zone: 'UTC' };
  test.each([
    // A Friday in winter: UTC is an hour behind.
    [office, '2026-11-20T06:59:59.999Z', false],
    [office, '2026-11-20T07:00:00.000Z', true],
    [office, '2026-11-20T16:59:59.999Z', true],
    [office, '2026-11-20T17:00:00.000Z', false],
    // In summer two.
    [office, '2026-07-17T06:00:00.000Z', true],
    [office, '2026-07-17T16:00:00.000Z', false],
    [office, '2026-11-21T12:00:00.000Z', false],
    [overNight, '2026-11-20T20:59:00.000Z', false],
    [overNight, '2026-11-20T21:00:00.000Z', true],
    [overNight, '2026-11-21T04:59:00.000Z', true],
    [overNight, '2026-11-21T05:00:00.000Z', false],
    [overNight, '2026-11-21T21:00:00.000Z', false],
    [wholeDay, '2026-11-22T00:00:00.000Z', true],
    [wholeDay, '2026-11-22T23:59:59.000Z', true],
    [wholeDay, '2026-11-23T00:00:00.000Z', false],
  ])('%j at %s: %s', (hours, time, open) => {
    expect(isOpen(hours, at(time))).toBe(open);
  });

  test('begin again after a weekend, and after clocks have changed', () => {
    expect(nextOpening(office, at('2026-11-20T17:00:00Z'))).toBe(at('2026-11-23T07:00:00Z'));
    expect(nextOpening(office, at('2026-03-27T18:00:00Z'))).toBe(at('2026-03-30T06:00:00Z'));
  });
});

describe('who is told when nobody answers', () => {
  test('each tier in turn, round after round, and all of them in the end', () => {
    const tiers = [tier('one', { repeat: 2, acknowledgeWithinMs: 2 * minuteMs }), tier('two')];
    expect(toldFrom(tiers, '2026-11-20T09:00:00Z')).toEqual([
      '11-20T09:00:20 page one',
      '11-20T09:02:40 page one',
      '11-20T09:05:00 page two',
      '11-20T09:10:20 page one',
      '11-20T09:12:40 page one',
      '11-20T09:15:00 page two',
      '11-20T09:20:20 last-word one+two',
    ]);
  });

  test('tiers hear of their severities alone', () => {
    const tiers = [tier('one'), tier('two', { severities: ['critical'] })];
    expect(toldFrom(tiers, '2026-11-20T09:00:00Z', 1)).toEqual([
      '11-20T09:00:20 page one',
      '11-20T09:05:40 last-word one',
    ]);
    expect(toldFrom(tiers, '2026-11-20T09:00:00Z', 1, 'critical')).toHaveLength(3);
    expect(toldFrom([tier('two', { severities: ['critical'] })], '2026-11-20T09:00:00Z')).toEqual([]);
  });

  test('a tier out of its hours is passed over where another can be told', () => {
    const tiers = [tier('office', { hours: office }), tier('always')];
    expect(toldFrom(tiers, '2026-11-20T03:00:00Z', 1)).toEqual([
      '11-20T03:00:20 page always',
      '11-20T03:05:40 last-word office+always',
    ]);
    expect(toldFrom(tiers, '2026-11-20T09:00:00Z', 1)[0]).toBe('11-20T09:00:20 page office');
  });

  test('where nobody can be told, the first who will be is waited for', () => {
    const early: OfficeHours = { ...office, fromMinute: 420 };
    const tiers = [tier('late', { hours: office }), tier('early', { hours: early })];
    expect(toldFrom(tiers, '2026-11-21T12:00:00Z', 1)).toEqual([
      '11-23T06:00:20 page early',
      '11-23T06:05:40 last-word late+early',
    ]);
  });

  test('somebody in two tiers hears the last word once', () => {
    const plan = escalationPlan(settingsOf([tier('one'), tier('one'), tier('two')]), 'low');
    expect(plan.contacts).toEqual(['one', 'two']);
  });
});
