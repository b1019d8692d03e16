import { describe, expect, test } from 'vitest';
import { isOpen, nextOpening } from './office-hours.ts';
import { recurrence } from './recurrence.ts';
import type { OfficeHours } from './settings.ts';

const minuteMs = 60_000;
const zone = 'Europe/Berlin';
const everyDay = [1, 2, 3, 4, 5, 6, 7];
/** The days on which clocks change, and those beside them. */
const days = [
  ['spring', Date.parse('2026-03-27T23:00:00Z')],
  ['autumn', Date.parse('2026-10-23T22:00:00Z')],
] as const;
const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: zone,
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** What a clock on the wall shows: day of the week from 1, and minutes since midnight. */
function shown(atMs: number): { day: number; minute: number } {
  const parts = new Map(clock.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const day = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(parts.get('weekday') ?? '') + 1;
  return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

/** By the wall: within the hours of this day, or of the one before that go on past midnight. */
function isOpenByTheWall({ days, fromMinute, toMinute }: OfficeHours, atMs: number): boolean {
  const { day, minute } = shown(atMs);
  const before = day === 1 ? 7 : day - 1;
  if (toMinute > fromMinute) return days.includes(day) && minute >= fromMinute && minute < toMinute;
  return (days.includes(day) && minute >= fromMinute) || (days.includes(before) && minute < toMinute);
}

describe.each(days)('around the night in %s in which clocks change', (_, fromMs) => {
  test.each<[string, OfficeHours]>([
    ['working hours', { days: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1080, zone }],
    ['hours of a Sunday', { days: [7], fromMinute: 600, toMinute: 960, zone }],
    ['all day', { days: everyDay, fromMinute: 0, toMinute: 1440, zone }],
    ['nights, over midnight and the change', { days: everyDay, fromMinute: 1320, toMinute: 360, zone }],
    ['the night of Saturday alone', { days: [6], fromMinute: 1320, toMinute: 360, zone }],
    ['from one noon to the next', { days: [6], fromMinute: 720, toMinute: 720, zone }],
  ])('%s are what the clock on the wall says', (_, hours) => {
    const wrong = Array.from({ length: 4 * 24 * 12 }, (_, index) => fromMs + index * 5 * minuteMs).filter(
      (atMs) => isOpen(hours, atMs) !== isOpenByTheWall(hours, atMs),
    );
    expect(wrong.map((atMs) => new Date(atMs).toISOString())).toEqual([]);
    for (let atMs = fromMs; atMs < fromMs + 4 * 24 * 60 * minuteMs; atMs += 60 * minuteMs) {
      const opening = nextOpening(hours, atMs);
      expect([opening > atMs, isOpen(hours, opening)]).toEqual([true, true]);
    }
  });
});

describe('a window that recurs in the hour that clocks skip, or show twice', () => {
  test.each([
    ['spring: when it was skipped', '2026-03-29T12:00:00Z', ['2026-03-28T01:30:00.000Z', '2026-03-29T01:00:00.000Z']],
    ['autumn: once', '2026-10-25T12:00:00Z', ['2026-10-24T00:30:00.000Z', '2026-10-25T00:30:00.000Z']],
  ])('in %s', (_, at, expected) => {
    const nights = recurrence('30 2 * * ? *', zone);
    const latest = nights.latest(Date.parse(at)) ?? 0;
    const before = nights.latest(latest - 1) ?? 0;
    expect([before, latest].map((ms) => new Date(ms).toISOString())).toEqual(expected);
    expect(nights.next(latest)).toBeGreaterThan(Date.parse(at));
  });

  test('what was found before is not taken for what is asked for later, or earlier', () => {
    const often = recurrence('0 */6 * * ? *', zone);
    const fresh = recurrence('0 0/6 * * ? *', zone);
    for (const hours of [0, 13, 5, 47, 6, 5, 26]) {
      const atMs = Date.parse('2026-10-24T22:00:00Z') + hours * 60 * minuteMs;
      const [at = 0] = [often.latest(atMs)];
      expect(at).toBe(fresh.latest(atMs));
      expect(at <= atMs && (often.next(at) ?? 0) > atMs).toBe(true);
    }
  });
});
