import { expect, test } from 'vitest';
import { windowCsvLines } from './window-csv.ts';
import type { MeasureTotal, WindowTotal } from './window-total.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');

function row(name: string, measures: Readonly<Record<string, MeasureTotal>>): WindowTotal {
  return { name, startMs, endMs: startMs + 60_000, records: 2, measures: new Map(Object.entries(measures)) };
}

const figures: MeasureTotal = { count: 2, sum: 0.30000000000000004, minimum: -1e-7, maximum: 1e21, average: 0.1 };

test('a column a figure of each measure, numbers as they read back', () => {
  const lines = windowCsvLines([row('Shadowfax', { distance: figures })], ['distance']);
  expect([...lines].join('')).toBe(
    'name,windowStart,windowEnd,records,distanceSum,distanceMin,distanceMax,distanceAverage\r\n' +
      'Shadowfax,2026-11-02T09:00:00Z,2026-11-02T09:01:00Z,2,0.30000000000000004,-1e-7,1e+21,0.1\r\n',
  );
});

test('measures in the order asked for, and nothing where a window holds none', () => {
  const [header, line] = [...windowCsvLines([row('a', { magic: figures })], ['health', 'magic'])];
  expect(header).toContain('healthAverage,magicSum');
  expect(line).toBe('a,2026-11-02T09:00:00Z,2026-11-02T09:01:00Z,2,,,,,0.30000000000000004,-1e-7,1e+21,0.1\r\n');
});

test('names are quoted, and disarmed, as in the CSV of counters', () => {
  const names = ['a,b', '=1+1', '-5'].map((name) => row(name, {}));
  expect([...windowCsvLines(names, [])].slice(1).map((line) => line.split(',2026')[0])).toEqual([
    '"a,b"',
    "'=1+1",
    "'-5",
  ]);
});

test('without windows the header alone', () => {
  expect([...windowCsvLines([], [])]).toEqual(['name,windowStart,windowEnd,records\r\n']);
});
