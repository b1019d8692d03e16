import { expect, test } from 'vitest';
import { counted, dayText, jsonText, longText, numberText, stampText } from './text.ts';

test.each([
  [0, '0.0'],
  [-0, '0.0'],
  [5, '5.0'],
  [-2, '-2.0'],
  [38.395433048854194, '38.395433048854194'],
  [0.001, '0.001'],
  [9_999_999, '9999999.0'],
  [10_000_000, '1.0E7'],
  [12_345_678.5, '1.23456785E7'],
  [0.0005, '5.0E-4'],
  [-1.25e-7, '-1.25E-7'],
])('%d is %s', (value, text) => {
  expect(numberText(value)).toBe(text);
});

test('times', () => {
  const timeMs = Date.parse('2026-01-02T03:04:05.678Z');
  expect([stampText(timeMs), dayText(timeMs), longText(timeMs)]).toEqual([
    '2026-01-02T03:04:05.678+0000',
    '02/01/26 03:04:05',
    'Friday 02 January, 2026 03:04:05 UTC',
  ]);
  expect(longText(Date.parse('2026-01-02T00:00:00Z'))).toBe('Friday 02 January, 2026 00:00:00 UTC');
});

test('counts and JSON', () => {
  expect([counted(1, 'datapoint'), counted(2, 'datapoint')]).toEqual(['1 datapoint was', '2 datapoints were']);
  const value = { version: '1.0', period: 60, gone: undefined, values: [1, 0.5], nested: [{ at: 'x', threshold: 3 }] };
  expect(jsonText(value, new Set(['period']))).toBe(
    '{"version":"1.0","period":60,"values":[1.0,0.5],"nested":[{"at":"x","threshold":3.0}]}',
  );
});
