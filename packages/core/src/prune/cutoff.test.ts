import { expect, test } from 'vitest';
import { dayMs } from '../series/day.ts';
import { cutoffsOf } from './cutoff.ts';

const nowMs = Date.parse('2026-11-20T03:30:00Z');
const settings = { sizes: ['1m', '1h', 'w60'] as const, retentionMs: { '1m': 14 * dayMs, w60: dayMs } };

test('whole days go that are older than the retention of their size; a size without one stays', () => {
  expect(cutoffsOf(settings, {}, nowMs)).toEqual({
    '1m': Date.parse('2026-11-06T00:00:00Z'),
    w60: Date.parse('2026-11-19T00:00:00Z'),
  });
});

test('a time that is asked for takes the place of every retention', () => {
  const beforeMs = Date.parse('2026-08-22T12:34:56Z');
  const midnight = Date.parse('2026-08-22T00:00:00Z');
  expect(cutoffsOf(settings, { beforeMs }, nowMs)).toEqual({ '1m': midnight, '1h': midnight, w60: midnight });
  expect(cutoffsOf(settings, { beforeMs: midnight, sizes: ['1h'] }, nowMs)).toEqual({ '1h': midnight });
});

test('sizes that are asked for are those of the source, with a retention', () => {
  expect(cutoffsOf(settings, { sizes: ['1h'] }, nowMs)).toEqual({});
  expect(cutoffsOf(settings, { beforeMs: 0, sizes: ['1d'] }, nowMs)).toEqual({});
});

test.each([
  [nowMs - dayMs, false],
  [nowMs - dayMs + 1, true],
  [nowMs + dayMs, true],
])('what starts before %i is refused: %s', (beforeMs, isRefused) => {
  const refused = expect(() => cutoffsOf(settings, { beforeMs }, nowMs));
  if (isRefused) refused.toThrow('is not a day ago');
  else refused.not.toThrow();
});
