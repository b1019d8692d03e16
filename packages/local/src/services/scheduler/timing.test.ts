import { expect, test } from 'vitest';
import { utc, type Zone, zoneOf } from '../events/zone.ts';
import { parseTiming } from './timing.ts';

const startMs = Date.parse('2026-11-03T10:00:00.250Z');
const berlin = zoneOf('Europe/Berlin') as Zone;

function timingOf(expression: string, zone: Zone) {
  const result = parseTiming(expression, zone);
  if (!result.ok) throw new Error(result.mistake);
  return result.timing;
}

const text = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

test.each([
  ['rate(5 minutes)', berlin, '2026-11-03T10:00:00.250Z', '2026-11-03T10:05:00.250Z'],
  ['rate(1 days)', utc, '2026-11-03T10:00:00.250Z', '2026-11-04T10:00:00.250Z'],
  ['rate(7 hour)', utc, '2026-11-03T10:00:00.250Z', '2026-11-03T17:00:00.250Z'],
  ['cron(30 3 * * ? *)', utc, '2026-11-04T03:30:00.000Z', '2026-11-05T03:30:00.000Z'],
  ['cron(30 3 * * ? *)', berlin, '2026-11-04T02:30:00.000Z', '2026-11-05T02:30:00.000Z'],
  ['cron(30 3 * * ?)', berlin, '2026-11-04T02:30:00.000Z', '2026-11-05T02:30:00.000Z'],
  ['at(2026-12-24T18:00:00)', berlin, '2026-12-24T17:00:00.000Z', undefined],
  ['at(2026-11-03T11:00:00)', berlin, undefined, undefined],
  // Skipped in spring, doubled in autumn.
  ['at(2027-03-28T02:30:00)', berlin, undefined, undefined],
  ['at(2027-10-31T02:30:00)', berlin, '2027-10-31T00:30:00.000Z', undefined],
])('%s', (expression, zone, first, second) => {
  const timing = timingOf(expression, zone);
  const firstMs = timing.next(startMs - 1, startMs);
  expect(text(firstMs)).toBe(first);
  if (firstMs === undefined) return;
  expect(text(timing.next(firstMs, startMs))).toBe(second);
  expect(timing.latest(firstMs, startMs)).toBe(firstMs);
  expect(timing.latest(firstMs + 30_000, startMs)).toBe(firstMs);
  expect(timing.latest(startMs - 1, startMs) ?? 0).toBeLessThan(startMs);
});

test.each([
  ['every(5 minutes)', /is none of rate\(\.\.\.\), cron\(\.\.\.\) and at\(\.\.\.\)$/],
  ['rate(0 minutes)', /^rate\(0 minutes\): a whole number/],
  ['cron(0 10 * *)', /six fields/],
  ['cron(0 10 * * * *)', /must be \?/],
  ['at(2026-11-03)', /a time such as 2026-11-20T13:00:00 is needed$/],
  ['at(2026-11-03T10:00:00Z)', /a time such as/],
  ['at(2026-02-30T10:00:00)', /a time such as/],
  ['at(2026-11-03T24:00:00)', /a time such as/],
])('%s is refused', (expression, mistake) => {
  const result = parseTiming(expression, utc);
  expect(result.ok ? 'accepted' : result.mistake).toMatch(mistake);
});
