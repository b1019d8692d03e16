import { expect, test } from 'vitest';
import { WritePace } from './write-pace.ts';

/** When the last of these is let through, where each waits for its turn. Milliseconds since the first. */
function lastMs(unitsPerSecond: number, asked: readonly number[], lateMs = 0): number {
  const pace = new WritePace(unitsPerSecond);
  let nowMs = 0;
  for (const units of asked) {
    const waitMs = pace.waitMs(nowMs);
    if (waitMs > 0) nowMs += waitMs + lateMs;
    pace.take(units, nowMs);
  }
  return nowMs;
}

test('lets so many units through in a second', () => {
  // Twenty seconds' worth, of which the last is not paid for yet, less what is made up for.
  expect(
    lastMs(
      125,
      Array.from({ length: 100 }, () => 25),
    ),
  ).toBeCloseTo(19_800 - 200, 6);
  expect(lastMs(1, [1, 1, 1])).toBeCloseTo(1800, 6);
});

test('makes up for timers that are late, and not for a time in which nothing was asked for', () => {
  expect(
    lastMs(
      125,
      Array.from({ length: 100 }, () => 25),
      20,
    ),
  ).toBeLessThan(19_800);
  const pace = new WritePace(10);
  pace.take(1, 0);
  pace.take(10, 60_000);
  expect(pace.waitMs(60_000)).toBe(800);
});

test('lets what is larger than a second through, and what comes after it wait', () => {
  expect(lastMs(10, [400, 1])).toBeCloseTo(39_800, 6);
});

test.each([
  [0.25, 1],
  [12.5, 12],
  [2500, 2500],
])('at %d a second %d units should be asked for at once at most', (unitsPerSecond, share) => {
  expect(new WritePace(unitsPerSecond).share).toBe(share);
});
