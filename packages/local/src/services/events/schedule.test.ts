import { expect, test } from 'vitest';
import { parseSchedule } from './schedule.ts';

const startMs = Date.parse('2026-11-03T10:00:00.250Z');

function scheduleOf(expression: string) {
  const result = parseSchedule(expression);
  if (!result.ok) throw new Error(result.mistake);
  return result.schedule;
}

const text = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

test.each([
  ['rate(1 minute)', '2026-11-03T10:01:00.250Z', '2026-11-03T10:02:00.250Z'],
  ['rate(5 minutes)', '2026-11-03T10:05:00.250Z', '2026-11-03T10:10:00.250Z'],
  ['rate(1 day)', '2026-11-04T10:00:00.250Z', '2026-11-05T10:00:00.250Z'],
  ['cron(0/5 * * * ? *)', '2026-11-03T10:05:00.000Z', '2026-11-03T10:10:00.000Z'],
  ['cron(15 12 * * ? *)', '2026-11-03T12:15:00.000Z', '2026-11-04T12:15:00.000Z'],
  ['cron(0 18 ? * MON-FRI *)', '2026-11-03T18:00:00.000Z', '2026-11-04T18:00:00.000Z'],
  ['cron(0 8 1 * ? *)', '2026-12-01T08:00:00.000Z', '2027-01-01T08:00:00.000Z'],
  ['cron(0 0 ? * 1 *)', '2026-11-08T00:00:00.000Z', '2026-11-15T00:00:00.000Z'],
  ['cron(0 9 ? * 2#1 *)', '2026-12-07T09:00:00.000Z', '2027-01-04T09:00:00.000Z'],
  ['cron(0 0 L * ? *)', '2026-11-30T00:00:00.000Z', '2026-12-31T00:00:00.000Z'],
  ['cron(0 0 ? * 6L *)', '2026-11-27T00:00:00.000Z', '2026-12-25T00:00:00.000Z'],
  ['cron(0 0 15W * ? *)', '2026-11-16T00:00:00.000Z', '2026-12-15T00:00:00.000Z'],
  ['cron(0 0 1 1 ? 2099)', '2099-01-01T00:00:00.000Z', undefined],
  ['cron(0 0 1 1 ? 1999)', undefined, undefined],
])('%s', (expression, first, second) => {
  const schedule = scheduleOf(expression);
  const firstMs = schedule.next(startMs, startMs);
  expect(text(firstMs)).toBe(first);
  if (firstMs === undefined) return;
  expect(text(schedule.next(firstMs, startMs))).toBe(second);
  // What was due is the latest until the next is.
  expect(schedule.latest(firstMs, startMs)).toBe(firstMs);
  expect(schedule.latest(firstMs + 30_000, startMs)).toBe(firstMs);
});

test('nothing was due before the first period is over', () => {
  expect(scheduleOf('rate(1 hour)').latest(startMs + 3_599_999, startMs)).toBeUndefined();
});

test.each([
  ['at(2026-11-03T10:00:00)', /is neither rate\(\.\.\.\) nor cron\(\.\.\.\)$/],
  ['rate(0 minutes)', /a whole number/],
  ['rate(30 seconds)', /a whole number/],
  ['rate(1 minutes)', /it is rate\(1 minute\)/],
  ['rate(5 minute)', /the plural above 1/],
  ['cron(0 10 * * ?)', /six fields/],
  ['cron(0 10 * * * *)', /must be \?/],
  ['cron(0 10 ? * ? *)', /must be \?/],
  ['cron(? 10 * * ? *)', /must be \?/],
  ['cron(61 10 * * ? *)', /^cron\(61 10 \* \* \? \*\): /],
  ['cron(0 10 * FOO ? *)', /^cron\(0 10 \* FOO \? \*\): /],
])('%s is refused', (expression, mistake) => {
  const result = parseSchedule(expression);
  expect(result.ok ? 'accepted' : result.mistake).toMatch(mistake);
});
