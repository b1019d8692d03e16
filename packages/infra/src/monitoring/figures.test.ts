import { expect, test } from 'vitest';
import { figurePeriodSeconds } from './figures.ts';

test.each([
  [1, 60],
  [7, 420],
  [10, 60],
  [45, 180],
  [50, 300],
  [59, 60],
  [60, 60],
  [61, 120],
  [90, 180],
  [300, 300],
  [450, 900],
  [899, 900],
  [900, 900],
])('windows of %i s are drawn in periods of %i s', (windowSeconds, period) => {
  expect(figurePeriodSeconds(windowSeconds)).toBe(period);
});

test('a period is some minutes, and no window is longer', () => {
  for (let windowSeconds = 1; windowSeconds <= 900; windowSeconds++) {
    const period = figurePeriodSeconds(windowSeconds);
    expect(period % 60).toBe(0);
    expect(period).toBeGreaterThanOrEqual(windowSeconds);
    expect(period).toBeLessThanOrEqual(900);
  }
});
