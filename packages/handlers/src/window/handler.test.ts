import { encodeSequence } from '@tidemark/core/series/sequence';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredRecord } from '../../test/kinesis.ts';
import { figures, RidesStage, reading, rides } from '../../test/rides.ts';

const startMs = Date.parse('2026-11-02T09:30:00Z');
const shardId = 'shardId-000000000000';
const checkpoint = `CHECKPOINT#window#${shardId}`;
const ledger = `LEDGER#window#2026-11-02#${shardId}`;

let stage: RidesStage;
beforeAll(async () => {
  stage = await RidesStage.start();
});
afterAll(() => stage?.stop());

const fenceOf = (record: StoredRecord | undefined) => encodeSequence(record?.sequenceNumber ?? '');

const counts = (changes: Record<string, unknown>) => ({
  LastSequence: expect.any(String),
  Received: 0,
  Counted: 0,
  Quarantined: 0,
  Malformed: 0,
  TooOld: 0,
  TooNew: 0,
  OverCap: 0,
  Redelivered: 0,
  ...changes,
});

test.each([
  ['without records', 5],
  ['with records', 3],
])('a window of several batches becomes one row, a ledger and a checkpoint when it ends %s', async (_, before) => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(5, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 2) });
  await shard.deliver({ records: records.slice(2, before) });
  expect(await shard.deployment.rows()).toEqual([]);
  expect(Object.keys(await shard.deployment.control())).toEqual(['CATALOGUE']);
  await shard.deliver({ records: records.slice(before), ending: 'final' });
  expect(shard.states.get(shardId)).toEqual({});
  expect(await shard.deployment.rows()).toEqual([
    {
      EventName: 'Pegasus',
      Bucket: 'w60#0000#2026-11-02T09:30:00Z#000000000000',
      EventCount: 5,
      LastSequence: fenceOf(records[4]),
      WrittenBy: 'live',
      Measures: {
        distance: { Count: 5, Sum: 15, Minimum: 1, Maximum: 5 },
        health: { Count: 5, Sum: 500, Minimum: 100, Maximum: 100 },
      },
    },
  ]);
  const ends = { LastSequence: fenceOf(records[4]) };
  const first = { FirstSequence: fenceOf(records[0]), FirstArrivalMs: startMs };
  expect(await shard.deployment.control()).toEqual({
    CATALOGUE: { Names: ['Pegasus'], Caps: [{ FromMs: 0, MaxSeries: 100 }] },
    [checkpoint]: { ...first, ...ends, ArrivalMs: startMs + 4000, PreviousArrivalMs: startMs + 4000, Received: 5 },
    [ledger]: counts({ ...ends, Received: 5, Counted: 5 }),
  });
});

test.each([
  ['nothing at all', undefined],
  ['an empty state', {}],
  ['null', null],
])('a final invocation of a window that held nothing writes nothing: %s', async (_, state) => {
  const shard = await stage.makeRides(startMs - 1000);
  await shard.deliver({ ending: 'final', state });
  expect(shard.states.get(shardId)).toEqual({});
  expect(stage.proxy.calls).toEqual([]);
  expect(stage.kinesis.calls).toEqual([]);
});

test('a window that ends early goes on in the same row', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(6, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 2) });
  await shard.deliver({ records: records.slice(2, 4), ending: 'early' });
  expect(shard.states.get(shardId)).toEqual({});
  expect(await shard.windows()).toEqual({ 'Pegasus w60 2026-11-02T09:30:00Z 000000000000': figures(4, 10, 1, 4) });
  await shard.deliver({ records: records.slice(4) });
  await shard.deliver({ ending: 'final' });
  expect(await shard.windows()).toEqual({ 'Pegasus w60 2026-11-02T09:30:00Z 000000000000': figures(6, 21, 1, 6) });
  expect(await shard.control(ledger)).toMatchObject({ Received: 6, Counted: 6, Redelivered: 0 });
  expect(await shard.control(checkpoint)).toMatchObject({
    ArrivalMs: startMs + 5000,
    PreviousArrivalMs: startMs + 3000,
    Received: 2,
  });
});

test('each window goes into the generation that the timeline names, and a merge leaves what a recount wrote beside it', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  await shard.deployment.putControl('TIMELINE', {
    Version: 3,
    LastGeneration: 4,
    Ranges: { w60: [{ FromMs: startMs + 60_000, Generation: 4 }] },
  });
  const records = [...(await shard.put(2, 'Pegasus', startMs)), ...(await shard.put(3, 'Pegasus', startMs + 60_000))];
  await shard.deliver({ records: records.slice(0, 4), ending: 'early' });
  const generations = async () =>
    (await shard.deployment.rows()).map(({ Bucket, EventCount }) => [String(Bucket).slice(0, 25), EventCount]);
  expect(await generations()).toEqual([
    ['w60#0000#2026-11-02T09:30', 2],
    ['w60#0004#2026-11-02T09:31', 2],
  ]);
  const [, row] = await shard.deployment.rows();
  const Recounted = { EventCount: 2, Measures: row?.Measures };
  await shard.deployment.putRow({ ...row, WrittenBy: 'recount', Recounted });
  await shard.deliver({ records: records.slice(4), ending: 'final' });
  expect((await shard.deployment.rows())[1]).toMatchObject({ EventCount: 3, WrittenBy: 'live', Recounted });
});

test('several names on a shard have a row each, and one name on several shards a row a shard', async () => {
  const shards = await stage.makeRides(startMs - 1000, {}, 2);
  const left = [
    await shards.stream.put(reading('Pegasus', 10), startMs, 0),
    await shards.stream.put(reading('Hoshi', 7), startMs + 1, 0),
    await shards.stream.put(reading('Pegasus', 20), startMs + 2, 0),
  ];
  const right = [await shards.stream.put(reading('Pegasus', 5), startMs + 3, 1)];
  await shards.deliver({ records: left, ending: 'final' });
  await shards.deliver({ records: right, ending: 'final' });
  expect(await shards.windows()).toEqual({
    'Hoshi w60 2026-11-02T09:30:00Z 000000000000': figures(1, 7, 7, 7),
    'Pegasus w60 2026-11-02T09:30:00Z 000000000000': figures(2, 30, 10, 20),
    'Pegasus w60 2026-11-02T09:30:00Z 000000000001': figures(1, 5, 5, 5),
  });
});

test('a shard that is split inside a window closes, and its children go on in rows of their own', async () => {
  const shards = await stage.makeRides(startMs - 1000);
  const before = await shards.put(2, 'Pegasus', startMs);
  await shards.deliver({ records: before });
  await shards.stream.split(shardId);
  const after = [
    await shards.stream.put(reading('Pegasus', 40), startMs + 5000, 0),
    await shards.stream.put(reading('Pegasus', 50), startMs + 6000, 1),
  ];
  await shards.deliver({ shardId, ending: 'final' });
  for (const record of after) {
    await shards.deliver({ records: [record] });
    await shards.deliver({ shardId: record.shardId, ending: 'final' });
  }
  expect(await shards.windows()).toEqual({
    'Pegasus w60 2026-11-02T09:30:00Z 000000000000': figures(2, 3, 1, 2),
    'Pegasus w60 2026-11-02T09:30:00Z 000000000001': figures(1, 40, 40, 40),
    'Pegasus w60 2026-11-02T09:30:00Z 000000000002': figures(1, 50, 50, 50),
  });
});

test('a reading lies in the window of its own arrival, though arrivals go backwards and Lambda names another window', async () => {
  const shard = await stage.makeRides(startMs - 120_000);
  const before = [
    await shard.stream.put(reading('Pegasus', 1), startMs - 1),
    await shard.stream.put(reading('Pegasus', 2), startMs),
  ];
  await shard.deliver({ records: before, ending: 'final' });
  const late = [
    await shard.stream.put(reading('Pegasus', 4), startMs - 2),
    await shard.stream.put(reading('Pegasus', 8), startMs + 1),
    await shard.stream.put(reading('Pegasus', 16), startMs - 60_001),
  ];
  await shard.deliver({ records: late, ending: 'final' });
  expect(await shard.windows()).toEqual({
    'Pegasus w60 2026-11-02T09:28:00Z 000000000000': figures(1, 16, 16, 16),
    'Pegasus w60 2026-11-02T09:29:00Z 000000000000': figures(2, 5, 1, 4),
    'Pegasus w60 2026-11-02T09:30:00Z 000000000000': figures(2, 10, 2, 8),
  });
});

test('a window over midnight has two days in the ledger', async () => {
  const midnightMs = Date.parse('2026-11-03T00:00:00Z');
  const seconds = 420;
  const windowStartMs = Math.floor(midnightMs / (seconds * 1000)) * seconds * 1000;
  expect(windowStartMs).toBeLessThan(midnightMs);
  const shard = await stage.makeRides(midnightMs - 60_000, { window: { seconds } });
  const records = [
    await shard.stream.put(reading('Pegasus', 1), midnightMs - 1),
    await shard.stream.put(reading('Pegasus', 2), midnightMs),
    await shard.stream.put('spoiled', midnightMs + 1),
  ];
  await shard.deliver({ records });
  await shard.deliver({ ending: 'final' });
  const start = `${new Date(windowStartMs).toISOString().slice(0, 19)}Z`;
  expect(await shard.windows()).toEqual({ [`Pegasus w420 ${start} 000000000000`]: figures(2, 3, 1, 2) });
  expect(await shard.control(`LEDGER#window#2026-11-02#${shardId}`)).toEqual(
    counts({ LastSequence: fenceOf(records[0]), Received: 1, Counted: 1 }),
  );
  expect(await shard.control(`LEDGER#window#2026-11-03#${shardId}`)).toEqual(
    counts({ LastSequence: fenceOf(records[2]), Received: 2, Counted: 1, Quarantined: 1, Malformed: 1 }),
  );
});

test('sums do not round: neither in the state nor in the row', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const values = ['0.1', '0.2', '1e100', '9007199254740993', '1e-100', '-1e100', '"9.0"'];
  const records: StoredRecord[] = [];
  for (const [index, value] of values.entries()) {
    const text = reading('Pegasus', 0).replace('"Distance":0', `"Distance":${value}`);
    records.push(await shard.stream.put(text, startMs + index));
  }
  for (const record of records.slice(0, 6)) await shard.deliver({ records: [record], ending: 'early' });
  // 9007199254740993 lies between two doubles and reads as the even one; 0.1 + 0.2 is not 0.3 even without rounding.
  expect(await shard.deployment.rows()).toMatchObject([
    {
      EventCount: 6,
      Measures: {
        distance: {
          Sum: 9007199254740992,
          SumRest: [0.30000000000000004, -2.7755575615628914e-17, 1e-100],
          Minimum: -1e100,
          Maximum: 1e100,
        },
      },
    },
  ]);
  // A number in quotes is none.
  await shard.deliver({ records: records.slice(6), ending: 'final' });
  expect(Object.values(await shard.deployment.quarantine())).toMatchObject([{ reason: 'measure-not-a-number' }]);
});

test('measures are those in force at the arrival', async () => {
  const [first] = rides.revisions;
  if (!first) throw new Error('rides has fields');
  const [distance, ...others] = first.event.measures ?? [];
  if (!distance) throw new Error('rides has a distance');
  const magic = { name: 'magic', path: ['MagicPoints'] };
  const revisions = [first, { fromMs: startMs + 10, event: { ...first.event, measures: [distance, magic] } }];
  const shard = await stage.makeRides(startMs - 1000, { revisions });
  expect(others).toHaveLength(1);
  const text = (fields: object) => JSON.stringify({ Name: 'Pegasus', StatusTime: '2026-11-02 09:30:00', ...fields });
  const records = [
    await shard.stream.put(text({ Distance: 1, HealthPoints: 50 }), startMs + 9),
    await shard.stream.put(text({ Distance: 2, MagicPoints: 70 }), startMs + 10),
    await shard.stream.put(text({ Distance: 4, HealthPoints: 60 }), startMs + 11),
  ];
  await shard.deliver({ records, ending: 'final' });
  expect(await shard.windows()).toEqual({
    'Pegasus w60 2026-11-02T09:30:00Z 000000000000': {
      records: 2,
      distance: [2, 3, 1, 2],
      health: [1, 50, 50, 50],
      magic: [1, 70, 70, 70],
    },
  });
  expect(Object.values(await shard.deployment.quarantine())).toMatchObject([{ reason: 'measure-missing' }]);
});

test('a window whose length was changed is written with the length that its readings were added up by', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(4, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 2) });
  await shard.end();
  shard.deployment.source = { ...shard.deployment.source, window: { seconds: 30 } };
  await shard.deliver({ records: records.slice(2), ending: 'final' });
  expect(await shard.windows()).toEqual({
    'Pegasus w30 2026-11-02T09:30:00Z 000000000000': figures(2, 7, 3, 4),
    'Pegasus w60 2026-11-02T09:30:00Z 000000000000': figures(2, 3, 1, 2),
  });
});

test('names beyond the cap share a row', async () => {
  const shard = await stage.makeRides(startMs - 1000, { maxSeries: 1 });
  const records = [
    await shard.stream.put(reading('Pegasus', 1), startMs),
    await shard.stream.put(reading('Hoshi', 2), startMs + 1),
    await shard.stream.put(reading('Calliope', 4), startMs + 2),
  ];
  await shard.deliver({ records, ending: 'final' });
  expect(await shard.windows()).toEqual({
    '$other w60 2026-11-02T09:30:00Z 000000000000': figures(2, 6, 2, 4),
    'Pegasus w60 2026-11-02T09:30:00Z 000000000000': figures(1, 1, 1, 1),
  });
  expect(await shard.control(ledger)).toMatchObject({ Received: 3, Counted: 3, OverCap: 2 });
});

test('what both count and window set aside is the same object, and each has a ledger of its own', async () => {
  const shard = await stage.makeRides(startMs - 1000, { buckets: ['1m'] });
  const texts = [
    reading('Pegasus', 1),
    reading('Pegasus', 'far'),
    '{"Name":"Pegasus","StatusTime":"2026-11-02T09:30:00","HealthPoints":1}',
    reading('Pegasus', 1).replace('"Distance":1', '"Distance":1e400'),
    JSON.stringify({ Name: 'Pegasus', StatusTime: '2026-11-02T11:30:01', Distance: 1, HealthPoints: 1 }),
    'not JSON',
  ];
  const records: StoredRecord[] = [];
  for (const text of texts) records.push(await shard.stream.put(text, startMs));
  await shard.deliver({ records, ending: 'final' });
  const byWindow = await shard.deployment.quarantine();
  expect(Object.values(byWindow).map((body) => (body as { reason: string }).reason)).toEqual([
    'measure-not-a-number',
    'measure-missing',
    'measure-out-of-range',
    'too-new',
    'not-json',
  ]);
  await shard.deployment.emptyBucket();
  await shard.deployment.deliver('count', shard.event({ records }));
  expect(await shard.deployment.quarantine()).toEqual(byWindow);
  const tally = { Received: 6, Counted: 1, Quarantined: 5, Malformed: 4, TooNew: 1 };
  expect(await shard.control(ledger)).toMatchObject(tally);
  expect(await shard.control(`LEDGER#count#2026-11-02#${shardId}`)).toMatchObject(tally);
  expect(await shard.deployment.rows()).toMatchObject([
    { Bucket: '1m#0000#2026-11-02T09:30:00Z#000000000000', EventCount: 1 },
    { Bucket: 'w60#0000#2026-11-02T09:30:00Z#000000000000', EventCount: 1 },
  ]);
});

test('an ordinary window costs a unit a name, one for the ledger, one for the checkpoint, and a look at the stream', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const [first, ...records] = [
    ...(await shard.put(30, 'Pegasus', startMs)),
    ...(await shard.put(30, 'Hoshi', startMs)),
  ];
  if (!first) throw new Error('there are readings');
  await shard.deliver({ records: [first], ending: 'final' });
  const next = await shard.put(60, 'Pegasus', startMs + 60_000);
  stage.reset();
  await shard.deliver({ records });
  await shard.deliver({ records: next.slice(0, 30) });
  await shard.deliver({ records: next.slice(30) });
  // The first invocation finds a name that it does not know.
  expect(stage.proxy.calls).toEqual(['GetItem', 'UpdateItem']);
  expect(stage.kinesis.calls).toEqual(['GetShardIterator', 'GetRecords']);
  stage.reset();
  await shard.deliver({ ending: 'final' });
  // Pegasus and Hoshi of the first minute, of which Pegasus has a row already, and Pegasus of the second; ledger and checkpoint.
  expect(stage.proxy.calls).toEqual(Array(6).fill('UpdateItem'));
  expect(stage.kinesis.calls).toEqual([]);

  const third = await shard.put(60, 'Pegasus', startMs + 300_000);
  stage.reset();
  await shard.deliver({ records: third.slice(0, 30) });
  await shard.deliver({ records: third.slice(30) });
  await shard.deliver({ ending: 'final' });
  expect(stage.proxy.calls).toEqual(['GetItem', ...Array(3).fill('UpdateItem')]);
  expect(stage.proxy.units).toBe(4);
  expect(stage.kinesis.calls).toEqual(['GetShardIterator', 'GetRecords']);
});

test('an invocation is one line of the log, without names and payloads, also when it fails', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const instance = await shard.start({ AWS_LAMBDA_LOG_LEVEL: 'INFO' });
  const records = [
    await shard.stream.put(reading('secret name', 1), startMs),
    await shard.stream.put('secret payload', startMs + 1),
  ];
  await shard.deliver({ records, instance });
  await shard.deliver({ shardId, instance, ending: 'final' });
  await shard.deliver({ shardId, instance, ending: 'final', state: { version: 2, measures: ['secret'], parts: 1 } });
  stage.proxy.decide = () => ({ fault: 'AccessDeniedException', status: 400 });
  await expect(shard.deliver({ records, instance })).rejects.toThrow();
  await instance.end();
  expect(instance.logs).not.toContain('secret');
  const lines = instance.logs
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    {
      level: 'INFO',
      message: 'added up',
      service: 'window',
      source: 'rides',
      shardId,
      records: 2,
      firstSequence: records[0]?.sequenceNumber,
      lastSequence: records[1]?.sequenceNumber,
      closes: false,
      events: 2,
      partials: 0,
      quarantined: 1,
    },
    { level: 'INFO', message: 'written', records: 0, closes: true, partials: 1, quarantined: 0, lostRecords: 0 },
    { level: 'WARN', message: 'written', stateUnreadable: 'parts: expected Array', lostRecords: 0 },
    { level: 'ERROR', message: 'not added up', shardId, records: 2, error: { name: 'AccessDeniedException' } },
  ]);
});

test('an event without a window fails, and says what the mapping lacks', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const { window: _, ...event } = shard.event({ records: await shard.put(1, 'Pegasus', startMs) });
  const instance = await shard.start();
  await expect(instance.answer(event)).rejects.toThrow(/TumblingWindowInSeconds/);
});

test('a source without a window does not load', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const { window: _, ...source } = shard.deployment.source;
  shard.deployment.source = source;
  await expect(shard.start()).rejects.toThrow(/without a window/);
});
