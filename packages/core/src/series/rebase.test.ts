import { expect, test } from 'vitest';
import { rebaseDays, rebaseLine } from './rebase.ts';

const now = Date.parse('2026-11-20T06:30:00Z');

test.each([
  ['2015-05-20T21:05:59Z', '2026-11-19T21:05:59Z'],
  ['2026-11-20T06:30:00Z', '2026-11-20T06:30:00Z'],
  ['2026-11-20T06:30:01Z', '2026-11-19T06:30:01Z'],
  ['2026-11-19T06:30:00Z', '2026-11-20T06:30:00Z'],
  ['2031-01-01T00:00:00Z', '2026-11-20T00:00:00Z'],
])('brings a newest event of %s to %s', (newest, there) => {
  const days = rebaseDays(Date.parse(newest), now);
  expect(Date.parse(newest) + days * 86_400_000).toBe(Date.parse(there));
});

test.each([
  ['{"t":"2015-05-20T21:05:59Z"}', '{"t":"2015-05-22T21:05:59Z"}'],
  ['{ "t" : "2015-05-31 21:05:59.123456+02:00", "n":1.0 }', '{ "t" : "2015-06-02 21:05:59.123456+02:00", "n":1.0 }'],
  ['{"other":"2015-05-20","t":"2015-05-20"}', '{"other":"2015-05-20","t":"2015-05-22"}'],
  ['{"t":"2015-05-20","t":"2015-05-20"}', '{"t":"2015-05-20","t":"2015-05-22"}'],
  ['{"t":"\\u0032015-05-20T00:00:00Z","é":"\\u00e9"}', '{"t":"2015-05-22T00:00:00Z","é":"\\u00e9"}'],
  ['{"id":1431857103,"t":1431857103}', '{"id":1431857103,"t":1432029903}'],
  ['{"id":11431857103,"t":1431857103.250}', '{"id":11431857103,"t":1432029903.250}'],
  ['{"t":1431857103000}', '{"t":1432029903000}'],
])('shifts %s by two days', (line, shifted) => {
  expect(rebaseLine(line, ['t'], 2)).toBe(shifted);
});

test('follows a path', () => {
  const line = '{"t":"2015-05-20T00:00:00Z","detail":{"t":"2015-05-20T00:00:00Z"}}';
  expect(rebaseLine(line, ['detail', 't'], 1)).toBe(
    '{"t":"2015-05-20T00:00:00Z","detail":{"t":"2015-05-21T00:00:00Z"}}',
  );
});

test.each(['not JSON', '{"t":true}', '{"t":"yesterday"}', '{"u":1}', '[]', 'null', '{"t":"9999-12-31T00:00:00Z"}'])(
  'has no time to shift in %s',
  (line) => {
    expect(rebaseLine(line, ['t'], 2)).toBeUndefined();
  },
);
