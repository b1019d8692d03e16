import { expect, test } from 'vitest';
import { parseMoment, parseName, parsePath, positiveNumber, spanOf, wholeNumber } from './option.ts';

const nowMs = Date.parse('2026-11-20T06:30:00Z');

test.each([
  ['2026-11-02', '2026-11-02T00:00:00.000Z'],
  ['2026-11-02T09:00', '2026-11-02T09:00:00.000Z'],
  ['2026-11-02 09:00:00.5+01:00', '2026-11-02T08:00:00.500Z'],
  ['30s', '2026-11-20T06:29:30.000Z'],
  ['90m', '2026-11-20T05:00:00.000Z'],
  ['6h', '2026-11-20T00:30:00.000Z'],
  ['2d', '2026-11-18T06:30:00.000Z'],
  // Nothing has a time outside the years 0000 to 9999, and no key can name one.
  ['99999999999d', '0000-01-01T00:00:00.000Z'],
  [`${'9'.repeat(400)}d`, '0000-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.5Z', '9999-12-31T23:59:59.000Z'],
])('the moment %s', (text, instant) => {
  expect(new Date(spanOf(parseMoment(text), undefined, nowMs).fromMs ?? 0).toISOString()).toBe(instant);
});

test.each(['', 'yesterday', '2026-02-30', '-6h', '6w'])('no moment: %j', (text) => {
  expect(() => parseMoment(text)).toThrow('Expected a time such as');
});

test('a span may be open, and must not end before it begins', () => {
  const [earlier, later] = [parseMoment('6h'), parseMoment('2026-11-20T06:00:00Z')];
  expect(spanOf(undefined, undefined, nowMs)).toEqual({});
  expect(spanOf(undefined, later, nowMs)).toEqual({ toMs: nowMs - 1_800_000 });
  expect(spanOf(earlier, later, nowMs)).toEqual({ fromMs: nowMs - 6 * 3_600_000, toMs: nowMs - 1_800_000 });
  for (const from of [later, parseMoment('1m')]) {
    expect(() => spanOf(from, later, nowMs)).toThrow('--to: 2026-11-20T06:00:00Z does not lie after --from, which is');
  }
});

test('numbers', () => {
  expect(wholeNumber(1, 10)('7')).toBe(7);
  for (const text of ['0', '11', '1.5', '-1', '1e1', 'x', ''])
    expect(() => wholeNumber(1, 10)(text)).toThrow('from 1 to 10');
  expect(positiveNumber('0.5')).toBe(0.5);
  for (const text of ['0', '-1', 'x', '', 'Infinity']) expect(() => positiveNumber(text)).toThrow('above zero');
});

test('names', () => {
  for (const name of ['a', ' ', '$other', '-5', 'x'.repeat(256)]) expect(parseName(name)).toBe(name);
  for (const text of ['', 'x'.repeat(257), 'ü'.repeat(129)]) expect(() => parseName(text)).toThrow('1 to 256 bytes');
});

test('paths', () => {
  expect(parsePath('request.path')).toEqual(['request', 'path']);
  for (const text of ['', 'a.', '.a', 'a..b']) expect(() => parsePath(text)).toThrow('Expected a field');
});
