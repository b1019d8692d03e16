import { expect, test } from 'vitest';
import {
  printable,
  renderBar,
  renderBytes,
  renderDuration,
  renderInstant,
  renderRate,
  renderTable,
  wrapped,
} from './render.ts';

test('a table of names of every width', () => {
  const rows = [
    ['page view', '12,345'],
    ['波の記録', '7'],
    ['🌊', '1'],
  ];
  expect(renderTable([{ title: 'series' }, { title: 'events', align: 'right' }], rows)).toMatchInlineSnapshot(`
    "series     events
    ─────────  ──────
    page view  12,345
    波の記録        7
    🌊              1
    "
  `);
});

test.each([
  ['page view', 'page view'],
  ['a\u001b[2Jb', 'a\\u001b[2Jb'],
  ['a\u202eb', 'a\\u202eb'],
  ['line\nline', 'line\\u000aline'],
  ['\ud800', '\\ud800'],
  ['\u{e0001}', '\\u{e0001}'],
  ['twelve letters', 'twelve l…'],
  ['波の記録です', '波の記録…'],
])('prints %j as %s', (text, shown) => {
  expect(printable(text, 9)).toBe(
    shown.length > 9 && !shown.includes('…') ? printable(text).slice(0, 8).concat('…') : shown,
  );
});

test.each([
  [0, '0 ms'],
  [-5, '0 ms'],
  [999, '999 ms'],
  [4_230, '4.2 s'],
  [200_000, '3 min 20 s'],
  [3_600_000, '1 h'],
  [18_120_000, '5 h 2 min'],
  [273_600_000, '3 d 4 h'],
])('%i ms is %s', (durationMs, text) => {
  expect(renderDuration(durationMs)).toBe(text);
});

test('rates and bars', () => {
  expect([renderRate(0), renderRate(0.44), renderRate(12_345.6)]).toEqual(['0/s', '0.4/s', '12,346/s']);
  expect([renderBar(-1, 4), renderBar(0.5, 4), renderBar(2, 4)]).toEqual(['░░░░', '██░░', '████']);
});

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_234, '1.2 KB'],
  [34_567_890, '35 MB'],
  [2e12, '2 TB'],
  [3e15, '3,000 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(renderBytes(bytes)).toBe(text);
});

test('an instant is that of its second', () => {
  expect(renderInstant(Date.parse('2026-11-02T09:00:00.999Z'))).toBe('2026-11-02T09:00:00Z');
  expect(renderInstant(-1)).toBe('1969-12-31T23:59:59Z');
});

test.each([
  ['one two three', 7, 'one two\n  three'],
  ['  one two three', 9, '  one two\n  three'],
  ['  one two three', 8, '  one\n  two\n  three'],
  ['at s3://bucket/a/long/key of it', 9, 'at\n  s3://bucket/a/long/key\n  of it'],
  ['波の 記録', 5, '波の\n  記録'],
  ['', 5, ''],
])('%j in %i columns', (text, columns, lines) => {
  expect(wrapped(text, columns, 2)).toBe(lines);
});
