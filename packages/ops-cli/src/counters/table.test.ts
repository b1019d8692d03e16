import { expect, test } from 'vitest';
import { bySeries, renderBuckets, renderSeries } from './table.ts';
import { defaultSize } from './totals.ts';

const hour = 3_600_000;
const startMs = Date.parse('2026-11-02T09:00:00Z');
const total = (name: string, hours: number, count: number) => ({
  name,
  size: '1h' as const,
  startMs: startMs + hours * hour,
  count,
});
const totals = [total('page view', 0, 10), total('page view', 3, 1200), total('\u001b[2Jgotcha', 1, 3)];

test('a line a series', () => {
  expect(renderSeries(totals, '1h', 100)).toMatchInlineSnapshot(`
    "series           events  buckets  busiest  at                    every 1h
    ───────────────  ──────  ───────  ───────  ────────────────────  ────────
    page view         1,210        2    1,200  2026-11-02T12:00:00Z  ▁  █
    \\u001b[2Jgotcha       3        1        3  2026-11-02T10:00:00Z   █
    all               1,213        3
    2026-11-02T09:00:00Z to 2026-11-02T13:00:00Z, UTC
    "
  `);
});

test('a line a bucket', () => {
  const [row] = bySeries(totals);
  if (row === undefined) throw new Error('there is a series');
  expect(renderBuckets(row, '1h', 60)).toMatchInlineSnapshot(`
    "bucket (1h)           events
    ────────────────────  ──────  ────────────────────
    2026-11-02T09:00:00Z      10  ▇
    2026-11-02T12:00:00Z   1,200  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇
    "
  `);
});

test('one event of the year 1 does not cost a line of zeros', () => {
  const far = { name: 'a', size: '1m' as const, startMs: Date.parse('0001-01-01T00:00:00Z'), count: 1 };
  expect(renderSeries([far, { ...far, startMs }], '1m', 100)).toContain('0001-01-01T00:00:00Z to 2026-11-02T09:01:00Z');
});

test.each([
  [['1m', '1h'], '1h'],
  [['5m', '1d'], '5m'],
] as const)('of %j shows %s', (sizes, size) => {
  expect(defaultSize(sizes)).toBe(size);
});
