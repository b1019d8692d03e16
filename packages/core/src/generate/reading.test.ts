import { expect, test } from 'vitest';
import { readLine, readTime, timeOfLine } from './reading.ts';

test.each([
  ['2026-11-02T09:00:00Z', '2026-11-02T09:00:00.000Z'],
  ['2026-11-02T09:00:00.1239Z', '2026-11-02T09:00:00.123Z'],
  ['2026-11-02 09:00:00', '2026-11-02T09:00:00.000Z'],
  ['2026-11-02T09:00', '2026-11-02T09:00:00.000Z'],
  ['2026-11-02T09:00:00+02:00', '2026-11-02T07:00:00.000Z'],
  ['2026-11-02T09:00:00-0130', '2026-11-02T10:30:00.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['2026-11-02', '2026-11-02T00:00:00.000Z'],
  ['2026-11-02t09:00:00,5+02', '2026-11-02T07:00:00.500Z'],
  ['2016-12-31T23:59:60.3Z', '2016-12-31T23:59:59.999Z'],
  ['2017-01-01T01:59:60+02:00', '2016-12-31T23:59:59.999Z'],
  ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
  ['1431857103.2504', '2015-05-17T10:05:03.250Z'],
  [1_431_857_103, '2015-05-17T10:05:03.000Z'],
  [1_431_857_103_250, '2015-05-17T10:05:03.250Z'],
])('reads %j as %s', (value, instant) => {
  expect(new Date(readTime(value) ?? Number.NaN).toISOString()).toBe(instant);
});

test.each([
  ...[
    '2026-02-29T00:00:00Z',
    '2026-11-02T24:30:00Z',
    '2026-13-02T00:00:00Z',
    '2026-11-02T09:00:60Z',
    '2026-11-02T09:00:00+02:',
  ],
  ...[
    '0000-01-01T00:00:00+01:00',
    '20261102',
    '2026-11-02T09',
    ' 2026-11-02',
    'now',
    '',
    '-5',
    0,
    1e8 - 1,
    1e17,
    null,
    {},
    Number.NaN,
  ],
])('finds no time in %j', (value) => {
  expect(readTime(value)).toBeUndefined();
});

const fields = { name: ['n'], time: ['t'] };
const arrivalMs = Date.parse('2026-11-02T09:00:00Z');

test.each([
  ['{"n":"a","t":"2026-11-02T11:00:00Z"}', 'event'],
  ['{"n":"a","t":"2026-11-02T11:00:01Z"}', 'more than two hours ahead of its arrival'],
  ['{"n":"a","t":"1815-06-18T11:00:00Z"}', 'event'],
  ['{"n":"a#b","t":"today"}', 'no readable time'],
  ['["n"]', 'not an object'],
  ['\ufeff{"n":"a","t":1e9}', 'not JSON'],
  [`{"n":"a","t":1e9,"d":${'['.repeat(63)}${']'.repeat(63)}}`, 'event'],
  [`{"n":"a","t":1e9,"d":${'['.repeat(64)}${']'.repeat(64)}}`, 'nested deeper than 64'],
  ['{"n":"\\u0007","t":1e9}', 'name holds control characters'],
])('says of %s: %s', (line, said) => {
  const outcome = readLine(Buffer.from(line), fields, arrivalMs);
  expect(outcome.kind === 'event' ? 'event' : outcome.why).toBe(said);
});

const rides = {
  ...fields,
  measures: [
    { name: 'distance', path: ['d'] },
    { name: 'health', path: ['points', 'health'] },
  ],
};
const ride = (members: string): string => `{"n":"a","t":1e9,${members}}`;

test.each([
  [ride('"d":1.5,"points":{"health":-7}'), { distance: 1.5, health: -7 }],
  [ride('"d":-0,"points":{"health":-1e-101}'), { distance: 0, health: 0 }],
  [ride('"d":1e100,"points":{"health":-1e-100}'), { distance: 1e100, health: -1e-100 }],
  [ride('"d":"1","d":2,"points":{"health":123456789012345678}'), { distance: 2, health: 123456789012345680 }],
])('reads the measures of %s', (line, measures) => {
  const outcome = readLine(Buffer.from(line), rides, arrivalMs);
  expect(outcome).toStrictEqual({ kind: 'event', name: 'a', timeMs: 1e12, measures });
});

test.each([
  ['{"n":"a"}', 'no readable time'],
  [ride('"x":1'), 'no distance'],
  [ride('"d":1,"points":null'), 'no health'],
  [ride('"d":1,"points":[{"health":1}]'), 'no health'],
  [ride('"d":"1"'), 'distance is not a number'],
  [ride('"d":null'), 'distance is not a number'],
  [ride('"d":1e400'), 'distance is beyond 1e100'],
  [ride('"d":1,"points":{"health":-1.1e100}'), 'health is beyond 1e100'],
  ['{"n":"a","t":"2026-11-02T11:00:01Z","d":1}', 'no health'],
])('says of %s: %s', (line, said) => {
  const outcome = readLine(Buffer.from(line), rides, arrivalMs);
  expect(outcome.kind === 'event' ? 'event' : outcome.why).toBe(said);
});

test.each([
  ['{"at":{"t":"2026-11-02 09:00:00.250"}}', '2026-11-02T09:00:00.250Z'],
  ['{"at":{"t":"soon"}}', undefined],
  ['{"at":["2026-11-02"]}', undefined],
  ['{"at":{"t":"2026-11-02"', undefined],
  ['null', undefined],
])('the time of %s is %s', (line, time) => {
  expect(timeOfLine(Buffer.from(line), ['at', 't'])).toBe(time === undefined ? undefined : Date.parse(time));
});
