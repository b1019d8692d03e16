import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { malformedKinds } from './malformed.ts';
import { readLine } from './reading.ts';
import { generateRides, type RidesOptions, secondsOfRiding, unicornNames } from './rides.ts';
import { metresBetween } from './unicorn.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');
const fields = {
  name: ['Name'],
  time: ['StatusTime'],
  measures: [
    { name: 'distance', path: ['Distance'] },
    { name: 'health', path: ['HealthPoints'] },
    { name: 'magic', path: ['MagicPoints'] },
  ],
};
const options: RidesOptions = { seed: 7, startMs, seconds: 600, fields, malformedShare: 0 };
const rides = (change: Partial<RidesOptions> = {}) => [...generateRides({ ...options, ...change })];

interface Written {
  readonly Name: string;
  readonly StatusTime: string;
  readonly Latitude: number;
  readonly Longitude: number;
  readonly Distance: number;
  readonly MagicPoints: number;
  readonly HealthPoints: number;
}
const written = (change: Partial<RidesOptions> = {}): Written[] =>
  rides(change).map(({ data }) => JSON.parse(data.toString('utf8')));

function digest(change: Partial<RidesOptions>): string {
  const hash = createHash('sha256');
  for (const { data, partitionKey } of rides(change)) hash.update(data).update(partitionKey);
  return hash.digest('hex');
}

test('the same seed gives the same bytes, another seed others', () => {
  expect(digest({})).toBe(digest({}));
  expect(digest({})).not.toBe(digest({ seed: 8 }));
});

test('one reading a second each, in the order of their times, in the format of Wild Rydes', () => {
  const readings = written();
  const times = readings.map(({ StatusTime }) => StatusTime);
  expect(Object.keys(readings[0] ?? {})).toEqual([
    ...['Name', 'StatusTime', 'Latitude', 'Longitude', 'Distance', 'MagicPoints', 'HealthPoints'],
  ]);
  expect(times[0]).toBe('2026-11-02 09:00:00.000');
  expect(times).toEqual(times.toSorted());
  const [steady = '', , , low, silent] = unicornNames;
  const count = (name: string | undefined) => readings.filter(({ Name }) => Name === name).length;
  expect(unicornNames.map(count)).toEqual([600, 600, 600, 600, 450]);
  expect(readings.filter(({ StatusTime }) => StatusTime === '2026-11-02 09:05:00.000')).toHaveLength(4);
  expect(new Set(readings.map(({ Name }) => Name))).toEqual(new Set(unicornNames));
  const healths = (name: string | undefined) =>
    readings.filter(({ Name }) => Name === name).map(({ HealthPoints }) => HealthPoints);
  expect(healths(low).filter((health) => health < 100)).toHaveLength(30);
  expect(Math.min(...healths(steady), ...healths(silent))).toBeGreaterThanOrEqual(100);
});

test('the distance is what the coordinates move by, about 30 metres; points wander', () => {
  const [first, ...others] = written().filter(({ Name }) => Name === unicornNames[0]);
  let before = first;
  const places = (reading: Written | undefined) => ({
    latitude: reading?.Latitude ?? Number.NaN,
    longitude: reading?.Longitude ?? Number.NaN,
  });
  for (const reading of others) {
    expect(reading.Distance).toBeCloseTo(metresBetween(places(before), places(reading)), 9);
    expect(Math.abs(reading.Distance - 30)).toBeLessThan(2);
    expect(Math.abs(reading.MagicPoints - (before?.MagicPoints ?? 0))).toBeLessThanOrEqual(5);
    before = reading;
  }
  expect(new Set(others.map(({ HealthPoints }) => HealthPoints)).size).toBeGreaterThan(20);
});

test('one degree of latitude is some 111 kilometres', () => {
  expect(metresBetween({ latitude: 47, longitude: 8 }, { latitude: 48, longitude: 8 })).toBeCloseTo(111_195, 0);
});

test.each([
  ['the fields of Wild Rydes', fields],
  ['no measures', { name: fields.name, time: fields.time }],
  [
    'nested fields',
    {
      name: ['device', 'name'],
      time: ['device', 'at'],
      measures: [
        { name: 'way', path: ['tale', 'metres'] },
        { name: 'vigour', path: ['tale', 'health'] },
      ],
    },
  ],
  [
    'fields in the place of others',
    { name: ['Distance'], time: ['Latitude'], measures: [{ name: 'magic', path: ['Name', 'points'] }] },
  ],
  [
    'the time for a measure, and two measures of one field',
    {
      name: ['Name'],
      time: ['at'],
      measures: [
        { name: 'at', path: ['at'] },
        { name: 'health', path: ['v'] },
        { name: 'magic', path: ['v'] },
      ],
    },
  ],
])('a plain reading agrees with what the generator says it made, with %s', (_, fields) => {
  for (const { data, expected, timeMs } of generateRides({ ...options, fields, malformedShare: 0.2 })) {
    const read = readLine(data, fields, timeMs);
    expect({ ...read, why: undefined }, data.toString()).toEqual({ ...expected, why: undefined });
  }
});

test('a time that is a measure as well is a number', () => {
  const fields = { name: ['Name'], time: ['at'], measures: [{ name: 'at', path: ['at'] }] };
  const [first] = rides({ fields });
  expect(first?.expected).toEqual({
    kind: 'event',
    name: 'Amalthea',
    timeMs: startMs,
    measures: { at: startMs / 1000 },
  });
  expect(new Set(rides({ fields }).map(({ expected }) => expected.kind))).toEqual(new Set(['event']));
});

test('a share of the readings is malformed, in every way', () => {
  const readings = rides({ seconds: 3_000, malformedShare: 0.1 });
  const whys = readings.flatMap(({ expected }) => (expected.kind === 'quarantined' ? [expected.why] : []));
  expect(new Set(whys)).toEqual(new Set(malformedKinds(fields)));
  expect(whys.length / readings.length).toBeCloseTo(0.1, 2);
});

test('those who roam have several partition keys, the others one each', () => {
  const keysOf = (name: string | undefined, roaming: number) =>
    new Set(
      rides({ roaming, seconds: 20 })
        .filter(({ expected }) => expected.kind === 'event' && expected.name === name)
        .map(({ partitionKey }) => partitionKey),
    );
  expect(unicornNames.map((name) => keysOf(name, 1).size)).toEqual([4, 1, 1, 1, 1]);
  expect(unicornNames.map((name) => keysOf(name, 0).size)).toEqual([1, 1, 1, 1, 1]);
});

test.each([2, 3, 4])('of %i shards, those who roam have several, and some of the others share one', (shards) => {
  const shardsOf = (name: string | undefined) =>
    new Set(
      rides({ seconds: 20 })
        .filter(({ expected }) => expected.kind === 'event' && expected.name === name)
        .map(({ partitionKey }) => shardOf(partitionKey, shards)),
    );
  const [roaming, ...others] = unicornNames.map(shardsOf);
  expect(roaming?.size).toBeGreaterThan(1);
  expect(new Set(others.flatMap((each) => [...each])).size).toBeLessThan(others.length);
});

/** As Kinesis has it: evenly by the MD5 of the key. */
function shardOf(partitionKey: string, shards: number): bigint {
  return (BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`) * BigInt(shards)) >> 128n;
}

test('names of one’s own, one alone too', () => {
  expect(new Set(written({ unicorns: ['Ada', 'Bo'] }).map(({ Name }) => Name))).toEqual(new Set(['Ada', 'Bo']));
  expect(written({ unicorns: ['Ada'], seconds: 100 })).toHaveLength(75);
});

test.each([1, 5, 7, 100, 1_000, 2_850, 54_321])('%i readings take as long as said, and not much less', (readings) => {
  const made = rides({ seconds: secondsOfRiding(readings) }).length;
  expect(made).toBeGreaterThanOrEqual(readings);
  expect(made).toBeLessThan(readings * 1.01 + 12);
});
