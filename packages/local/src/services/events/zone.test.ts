import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { parseCron } from './cron.ts';
import { zoneOf } from './zone.ts';

const zones = [
  ...['UTC', 'America/New_York', 'America/Los_Angeles', 'Europe/Berlin', 'Europe/Lisbon', 'Asia/Kathmandu'],
  // Half an hour of summer time, none of it, a change at midnight, a change in the middle of the Pacific.
  ...['Australia/Lord_Howe', 'Asia/Tokyo', 'America/Santiago', 'Pacific/Auckland', 'Africa/Casablanca', 'Asia/Beirut'],
];
const dayMs = 86_400_000;
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

function cronIn(zoneName: string, fields: string) {
  const zone = zoneOf(zoneName);
  const schedule = zone === undefined ? 'no zone' : parseCron(fields, zone);
  if (typeof schedule === 'string') throw new Error(schedule);
  return schedule;
}

/** What occurs from the first moment up to the second, one after the other. */
function occurrences(zoneName: string, fields: string, fromMs: number, toMs: number): number[] {
  const schedule = cronIn(zoneName, fields);
  const found: number[] = [];
  for (let ms = schedule.next(fromMs - 1, 0); ms !== undefined && ms < toMs; ms = schedule.next(ms, 0)) found.push(ms);
  return found;
}

/** The same by luxon: what each minute of the wall that the fields name means, if anything; of two moments the first. */
function byLuxon(zone: string, minute: number, hours: readonly number[], fromMs: number, toMs: number): number[] {
  const found: number[] = [];
  const last = DateTime.fromMillis(toMs, { zone }).plus({ days: 1 });
  let day = DateTime.fromMillis(fromMs, { zone }).minus({ days: 1 }).set({ hour: 12 });
  for (; day < last; day = day.plus({ days: 1 })) {
    for (const hour of hours) {
      const named = { year: day.year, month: day.month, day: day.day, hour, minute };
      const guess = DateTime.fromObject(named, { zone });
      if (guess.hour !== hour || guess.minute !== minute || guess.day !== day.day) continue;
      found.push(Math.min(...guess.getPossibleOffsets().map((each) => each.toMillis())));
    }
  }
  return found.filter((ms) => ms >= fromMs && ms < toMs).sort((a, b) => a - b);
}

/** Days on which the clocks of a zone changed, by luxon; one day of any other zone. */
function changes(zone: string): readonly number[] {
  const offset = (ms: number) => DateTime.fromMillis(ms, { zone }).offset;
  const days = Array.from({ length: 1_461 }, (_, day) => Date.UTC(2024, 0) + day * dayMs);
  const found = days.filter((ms) => offset(ms) !== offset(ms + dayMs));
  return found.length > 0 ? found : days.slice(0, 1);
}

/** A zone, and a moment at most a day and a half before its clocks change, or half a day after. */
const nearChange = fc.constantFrom(...zones.map((zone) => ({ zone, days: changes(zone) }))).chain(({ zone, days }) =>
  fc.record({
    zone: fc.constant(zone),
    ms: fc
      .tuple(fc.constantFrom(...days), fc.integer({ min: -dayMs / 2, max: 1.5 * dayMs }))
      .map(([day, more]) => day + more),
  }),
);

describe('a cron in a zone', () => {
  test('occurs when luxon says that the clocks there show its times, and the first of two times alone', () => {
    fc.assert(
      fc.property(nearChange, fc.nat(59), fc.constantFrom('*', '0-3', '2'), ({ zone, ms }, minute, hour) => {
        const [fromMs, toMs] = [ms - 2 * dayMs, ms + 2 * dayMs];
        const hours = hour === '*' ? [...Array(24).keys()] : hour === '2' ? [2] : [0, 1, 2, 3];
        const expected = byLuxon(zone, minute, hours, fromMs, toMs);
        expect(occurrences(zone, `${minute} ${hour} * * ? *`, fromMs, toMs)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  test('was due last when it would have been next', () => {
    fc.assert(
      fc.property(nearChange, fc.constantFrom('0/15 0-4 * * ? *', '30 2 * * ? *'), ({ zone, ms }, fields) => {
        const before = occurrences(zone, fields, ms - 3 * dayMs, ms + 1);
        expect(cronIn(zone, fields).latest(ms, 0)).toBe(before.at(-1));
      }),
      { numRuns: 100 },
    );
  });

  // What AWS's guide tells of cron(30 2 * * ? *) in Los Angeles.
  test('is left out in spring, and comes before the change in autumn, not after it again', () => {
    const spring = occurrences('America/Los_Angeles', '30 2 * * ? *', Date.UTC(2026, 2, 7), Date.UTC(2026, 2, 10));
    expect(spring.map(iso)).toEqual(['2026-03-07T10:30:00.000Z', '2026-03-09T09:30:00.000Z']);
    const autumn = occurrences('Europe/Berlin', '30 2 * * ? *', Date.UTC(2026, 9, 24), Date.UTC(2026, 9, 27));
    expect(autumn.map(iso)).toEqual([
      '2026-10-24T00:30:00.000Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  test('of every quarter of an hour pauses while clocks show an hour again', () => {
    const found = occurrences(
      'America/New_York',
      '0/15 * * * ? *',
      Date.parse('2026-11-01T05:30:00Z'),
      Date.parse('2026-11-01T07:16:00Z'),
    );
    expect(found.map((ms) => iso(ms)?.slice(11, 16))).toEqual(['05:30', '05:45', '07:00', '07:15']);
    expect(iso(cronIn('America/New_York', '0/15 * * * ? *').latest(Date.parse('2026-11-01T06:50:00Z'), 0))).toBe(
      '2026-11-01T05:45:00.000Z',
    );
  });

  test('that clocks never show does not occur', () => {
    const never = cronIn('America/New_York', '30 2 8 3 ? 2026');
    expect([never.next(Date.UTC(2026, 0), 0), never.latest(Date.UTC(2027, 0), 0)]).toEqual([undefined, undefined]);
  });
});

test.each(['Europe/Nowhere', '+02:00', '', 'Mars', '../etc/passwd'])('%j is no zone', (name) => {
  expect(zoneOf(name)).toBeUndefined();
});
