import { expect, test } from 'vitest';
import { other, threshold, watched } from './configuration.ts';
import { amountsOf, minuteMs, recordsOf } from './traffic.ts';

const nightMs = Date.parse('2026-11-20T02:00:00Z');
const minutes = Array.from({ length: 120 }, (_, index) => nightMs + index * minuteMs);
const amount = (name: string, startMs: number, trouble?: Parameters<typeof amountsOf>[1]) =>
  new Map(amountsOf(startMs, trouble)).get(name) ?? 0;

test('as long as all is well, no minute has few page views', () => {
  expect(Math.min(...minutes.map((startMs) => amount(watched, startMs)))).toBeGreaterThan(2 * threshold);
  expect(Math.min(...minutes.map((startMs) => amount(other, startMs)))).toBeGreaterThan(0);
});

test('in the trouble every minute has few page views, but some, and everything else as ever', () => {
  const trouble = { fromMs: nightMs, toMs: nightMs + 60 * minuteMs };
  for (const startMs of minutes) {
    const isTrouble = startMs < trouble.toMs;
    const count = amount(watched, startMs, trouble);
    expect([count > 0, count < threshold]).toEqual([true, isTrouble]);
    expect(amount(other, startMs, trouble)).toBe(amount(other, startMs));
  }
});

test("a minute's events lie in it, in the order of their times", () => {
  const records = recordsOf(nightMs);
  const events = records.map(({ data }) => JSON.parse(Buffer.from(data).toString()));
  const times = events.map(({ utc_timestamp }) => Date.parse(utc_timestamp));
  expect(times).toEqual([...times].sort((one, another) => one - another));
  expect(Math.floor((times[0] ?? 0) / minuteMs) * minuteMs).toBe(nightMs);
  expect(times.at(-1)).toBeLessThan(nightMs + minuteMs);
  const names = events.map(({ event_type }) => event_type);
  expect(names.filter((name) => name === watched)).toHaveLength(amount(watched, nightMs));
  expect(names.filter((name) => name === other)).toHaveLength(amount(other, nightMs));
});
