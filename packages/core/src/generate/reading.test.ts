import { expect, test } from 'vitest';
import { readLine, readTime } from './reading.ts';

test.each([
  ['2026-11-02T09:00:00Z', '2026-11-02T09:00:00.000Z'],
  ['2026-11-02T09:00:00.1239Z', '2026-11-02T09:00:00.123Z'],
  ['2026-11-02 09:00:00', '2026-11-02T09:00:00.000Z'],
  ['2026-11-02T09:00', '2026-11-02T09:00:00.000Z'],
  ['2026-11-02T09:00:00+02:00', '2026-11-02T07:00:00.000Z'],
  ['2026-11-02T09:00:00-0130', '2026-11-02T10:30:00.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  [1_431_857_103, '2015-05-17T10:05:03.000Z'],
  [1_431_857_103_250, '2015-05-17T10:05:03.250Z'],
])('reads %j as %s', (value, instant) => {
  expect(new Date(readTime(value) ?? Number.NaN).toISOString()).toBe(instant);
});

test.each(['2026-02-29T00:00:00Z', '2026-11-02T24:30:00Z', '2026-13-02T00:00:00Z', 'now', '', null, {}, Number.NaN])(
  'finds no time in %j',
  (value) => {
    expect(readTime(value)).toBeUndefined();
  },
);

const fields = { name: ['n'], time: ['t'] };
const arrivalMs = Date.parse('2026-11-02T09:00:00Z');

test.each([
  ['{"n":"a","t":"2026-11-02T11:00:00Z"}', 'event'],
  ['{"n":"a","t":"2026-11-02T11:00:01Z"}', 'more than two hours ahead of its arrival'],
  ['{"n":"a","t":"1815-06-18T11:00:00Z"}', 'event'],
  ['{"n":"a#b","t":"2026-11-02"}', 'no readable time'],
  ['["n"]', 'not an object'],
  ['\ufeff{"n":"a","t":0}', 'not JSON'],
  [`{"n":"a","t":0,"d":${'['.repeat(63)}${']'.repeat(63)}}`, 'event'],
  [`{"n":"a","t":0,"d":${'['.repeat(64)}${']'.repeat(64)}}`, 'nested deeper than 64'],
  ['{"n":"\\u0007","t":0}', 'name holds control characters'],
])('says of %s: %s', (line, said) => {
  const outcome = readLine(Buffer.from(line), fields, arrivalMs);
  expect(outcome.kind === 'event' ? 'event' : outcome.why).toBe(said);
});
