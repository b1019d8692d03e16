import type { WindowTotal } from '@tidemark/core/series/window-total';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { renderFigures } from './figures.ts';
import { windowsJson } from './json.ts';
import { renderNames, renderWindows } from './table.ts';

const minute = 60_000;
const startMs = Date.parse('2026-11-02T09:00:00Z');

function total(name: string, minutes: number, records: number, health: number): WindowTotal {
  const sum = 29.9804773284951 * records;
  const measures = new Map([
    ['distance', { count: records, sum, minimum: 29.1, maximum: 31.99, average: sum / records }],
    ['health', { count: records, sum: health * records, minimum: health - 9, maximum: health, average: health }],
  ]);
  const at = startMs + minutes * minute;
  return { name, startMs: at, endMs: at + minute, records, measures };
}

const measures = ['distance', 'health'];
const rows = [
  total('Calliope', 0, 60, 300),
  total('Calliope', 1, 10, 300),
  // It was silent for three minutes.
  total('Calliope', 5, 60, 300),
  total('\u001b[2Jgotcha', 2, 1, 90),
];

test('a line a name; where one was silent there is a gap', () => {
  expect(renderNames(rows, 60, measures, 100)).toMatchInlineSnapshot(`
    "name             records  windows  distance average  health average  records every 60 s
    ───────────────  ───────  ───────  ────────────────  ──────────────  ──────────────────
    Calliope             130        3             29.98             300  █▂   █
    \\u001b[2Jgotcha        1        1             29.98              90    █
    2026-11-02T09:00:00Z to 2026-11-02T09:06:00Z, UTC
    "
  `);
});

test('measures that the terminal has no room for are left out, the sparkline is not', () => {
  const narrow = renderNames(rows, 60, measures, 72);
  expect(narrow).toMatchInlineSnapshot(`
    "name             records  windows  distance average  records every 60 s
    ───────────────  ───────  ───────  ────────────────  ──────────────────
    Calliope             130        3             29.98  █▂   █
    \\u001b[2Jgotcha        1        1             29.98    █
    2026-11-02T09:00:00Z to 2026-11-02T09:06:00Z, UTC
    "
  `);
});

test.each([48, 60, 80, 100, 120])(
  'no line is wider than a terminal of %d columns, and no name is cut that fits',
  (columns) => {
    const name = 'a name that is somewhat longer than most';
    const many = [...rows, total(name, 3, 1_234_567, 300), total('名前'.repeat(12), 4, 60, 300)];
    const drawn = renderNames(many, 60, measures, columns);
    for (const line of drawn.trimEnd().split('\n').slice(0, -1)) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(drawn).toContain('Calliope');
    expect(drawn).toContain('every 60 s');
    for (const line of renderWindows(many, measures, columns).split('\n'))
      expect(stringWidth(line)).toBeLessThanOrEqual(Math.max(columns, 60));
  },
);

test('every window of one name, all measures side by side', () => {
  expect(renderWindows(rows.slice(0, 3), measures, 140)).toMatchInlineSnapshot(`
    "windowStart           windowEnd             records  distance sum    min    max  average  health sum  min  max  average
    ────────────────────  ────────────────────  ───────  ────────────  ─────  ─────  ───────  ──────────  ───  ───  ───────
    2026-11-02T09:00:00Z  2026-11-02T09:01:00Z       60      1,798.83  29.10  31.99    29.98      18,000  291  300      300
    2026-11-02T09:01:00Z  2026-11-02T09:02:00Z       10        299.80  29.10  31.99    29.98       3,000  291  300      300
    2026-11-02T09:05:00Z  2026-11-02T09:06:00Z       60      1,798.83  29.10  31.99    29.98      18,000  291  300      300
    "
  `);
});

test('a table a measure where the terminal is narrower', () => {
  expect(renderWindows(rows.slice(0, 3), measures, 100)).toMatchInlineSnapshot(`
    "windowStart           windowEnd             records  distance sum    min    max  average
    ────────────────────  ────────────────────  ───────  ────────────  ─────  ─────  ───────
    2026-11-02T09:00:00Z  2026-11-02T09:01:00Z       60      1,798.83  29.10  31.99    29.98
    2026-11-02T09:01:00Z  2026-11-02T09:02:00Z       10        299.80  29.10  31.99    29.98
    2026-11-02T09:05:00Z  2026-11-02T09:06:00Z       60      1,798.83  29.10  31.99    29.98

    windowStart           windowEnd             records  health sum  min  max  average
    ────────────────────  ────────────────────  ───────  ──────────  ───  ───  ───────
    2026-11-02T09:00:00Z  2026-11-02T09:01:00Z       60      18,000  291  300      300
    2026-11-02T09:01:00Z  2026-11-02T09:02:00Z       10       3,000  291  300      300
    2026-11-02T09:05:00Z  2026-11-02T09:06:00Z       60      18,000  291  300      300
    "
  `);
});

test('without the end where it is narrower still', () => {
  const narrow = renderWindows(rows.slice(0, 3), measures, 80);
  expect(narrow).not.toContain('windowEnd');
  for (const line of narrow.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
});

test('the records in a table of their own where that is too wide as well', () => {
  expect(renderWindows(rows.slice(0, 2), measures, 60)).toMatchInlineSnapshot(`
    "windowStart           records
    ────────────────────  ───────
    2026-11-02T09:00:00Z       60
    2026-11-02T09:01:00Z       10

    windowStart           distance sum    min    max  average
    ────────────────────  ────────────  ─────  ─────  ───────
    2026-11-02T09:00:00Z      1,798.83  29.10  31.99    29.98
    2026-11-02T09:01:00Z        299.80  29.10  31.99    29.98

    windowStart           health sum  min  max  average
    ────────────────────  ──────────  ───  ───  ───────
    2026-11-02T09:00:00Z      18,000  291  300      300
    2026-11-02T09:01:00Z       3,000  291  300      300
    "
  `);
});

test('a window that does not hold a measure leaves it blank', () => {
  const bare = { ...total('a', 0, 2, 1), measures: new Map() };
  expect(renderWindows([bare], ['distance'], 100)).toMatchInlineSnapshot(`
    "windowStart           windowEnd             records  distance sum  min  max  average
    ────────────────────  ────────────────────  ───────  ────────────  ───  ───  ───────
    2026-11-02T09:00:00Z  2026-11-02T09:01:00Z        2
    "
  `);
  expect(renderNames([bare], 60, ['distance'], 100)).toMatchInlineSnapshot(`
    "name  records  windows  distance average  records every 60 s
    ────  ───────  ───────  ────────────────  ──────────────────
    a           2        1                    █
    2026-11-02T09:00:00Z to 2026-11-02T09:01:00Z, UTC
    "
  `);
});

test('without measures', () => {
  expect(renderWindows(rows.slice(0, 1), [], 100)).toMatchInlineSnapshot(`
    "windowStart           windowEnd             records
    ────────────────────  ────────────────────  ───────
    2026-11-02T09:00:00Z  2026-11-02T09:01:00Z       60
    "
  `);
});

test.each([
  [
    [60, 1798.8286397074698],
    ['60.00', '1,798.83'],
  ],
  [
    [60, -5, undefined],
    ['60', '-5', ''],
  ],
  [
    [0.0001, 0],
    ['1.000e-4', '0.000e+0'],
  ],
  [
    [1e100, 1],
    ['1.000e+100', '1.000e+0'],
  ],
  [
    [0.5, 0.001],
    ['0.50', '0.00'],
  ],
  [[undefined], ['']],
  [[0], ['0']],
])('shows %j as %j', (figures, shown) => {
  expect(renderFigures(figures)).toEqual(shown);
});

test('for a program', () => {
  expect(windowsJson([total('Calliope', 0, 2, 300)], 60, ['distance', 'magic'])).toEqual({
    windowSeconds: 60,
    measures: ['distance', 'magic'],
    rows: [
      {
        name: 'Calliope',
        windowStart: '2026-11-02T09:00:00Z',
        windowEnd: '2026-11-02T09:01:00Z',
        records: 2,
        measures: {
          distance: { count: 2, sum: 59.9609546569902, minimum: 29.1, maximum: 31.99, average: 29.9804773284951 },
        },
      },
    ],
  });
});
