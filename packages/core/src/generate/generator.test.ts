import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { EventFields } from '../config.ts';
import { type GeneratorOptions, generateEvents } from './generator.ts';
import { malformedKinds } from './malformed.ts';
import { readLine } from './reading.ts';

const untilMs = Date.parse('2026-11-20T06:37:08Z');
const options: GeneratorOptions = {
  seed: 7,
  events: 5_000,
  untilMs,
  fields: { name: ['event_type'], time: ['utc_timestamp'] },
  malformedShare: 0.05,
};

const digest = (made: GeneratorOptions): string => {
  const hash = createHash('sha256');
  for (const { data, partitionKey } of generateEvents(made)) hash.update(data).update(partitionKey);
  return hash.digest('hex');
};

test('the same seed gives the same bytes, another seed others', () => {
  expect(digest(options)).toBe(digest(options));
  expect(digest(options)).not.toBe(digest({ ...options, seed: 8 }));
});

const measured: EventFields = {
  name: ['event_type'],
  time: ['utc_timestamp'],
  measures: [
    { name: 'bytes', path: ['request', 'bytes'] },
    { name: 'seconds', path: ['request', 'took', 'seconds'] },
    { name: 'price', path: ['price'] },
  ],
};

test.each<[string, EventFields]>([
  ['flat fields', { name: ['event_type'], time: ['utc_timestamp'] }],
  ['nested fields', { name: ['detail', 'type'], time: ['detail', 'at'] }],
  ['fields inside the request', { name: ['request', 'kind'], time: ['event_id', 'time'] }],
  ['one key the start of the other', { name: ['visitor'], time: ['request', 'status', 'time'] }],
  ['measures', measured],
])('a plain reading agrees with what the generator says it made, with %s', (_, fields) => {
  for (const { data, expected } of generateEvents({ ...options, fields })) {
    const read = readLine(data, fields, untilMs);
    expect({ ...read, why: undefined }, data.toString().slice(0, 400)).toEqual({ ...expected, why: undefined });
  }
});

test('has the shape that it promises', () => {
  const records = [...generateEvents(options)];
  const times = records.flatMap(({ expected }) => (expected.kind === 'event' ? [expected.timeMs] : []));
  const kinds = new Set(records.flatMap(({ expected }) => (expected.kind === 'quarantined' ? [expected.why] : [])));
  const good = records.filter(({ expected }) => expected.kind === 'event');
  const bytes = good.reduce((sum, { data }) => sum + data.length, 0) / good.length;
  expect(records).toHaveLength(5_000);
  expect(times.length / 5_000).toBeCloseTo(0.95, 1);
  expect(Math.max(...times)).toBeLessThanOrEqual(untilMs);
  expect(Math.min(...times)).toBeGreaterThan(untilMs - 24 * 3_600_000 - 60_000);
  expect([...kinds].toSorted()).toEqual([...malformedKinds(options.fields)].toSorted());
  expect(new Set(records.map(({ partitionKey }) => partitionKey)).size).toBeGreaterThan(100);
  expect(bytes).toBeGreaterThan(270);
  expect(bytes).toBeLessThan(350);
  const late = times.filter((time, index) => time < Math.max(...times.slice(0, index)) - 60_000).length / times.length;
  expect(late).toBeGreaterThan(0.01);
  expect(late).toBeLessThan(0.06);
});

test('spoils measures where there are any, in every way', () => {
  const records = [...generateEvents({ ...options, fields: measured, malformedShare: 0.2 })];
  const kinds = new Set(records.flatMap(({ expected }) => (expected.kind === 'quarantined' ? [expected.why] : [])));
  const all = malformedKinds(measured);
  expect([...kinds].toSorted()).toEqual([...all].toSorted());
  expect(all.filter((why) => why.includes('measure'))).toHaveLength(8);
  expect(all.slice(0, -8)).toEqual(malformedKinds(options.fields));
  const values = records.flatMap(({ expected }) =>
    expected.kind === 'event' ? Object.values(expected.measures ?? {}) : [],
  );
  expect(new Set(values.map(Math.sign))).toContain(-1);
  expect(values.some((value) => !Number.isInteger(value))).toBe(true);
});

test('no events, and one', () => {
  expect([...generateEvents({ ...options, events: 0 })]).toEqual([]);
  expect([...generateEvents({ ...options, events: 1 })]).toHaveLength(1);
});
