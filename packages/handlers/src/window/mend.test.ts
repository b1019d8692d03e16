import { encodeSequence } from '@tidemark/core/series/sequence';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredRecord } from '../../test/kinesis.ts';
import { figures, RidesStage, reading, type rides } from '../../test/rides.ts';

const startMs = Date.parse('2026-11-02T09:30:00Z');
const shardId = 'shardId-000000000000';
const checkpoint = `CHECKPOINT#window#${shardId}`;
const ledger = `LEDGER#window#2026-11-02#${shardId}`;
const pegasus = 'Pegasus w60 2026-11-02T09:30:00Z 000000000000';
const hoshi = 'Hoshi w60 2026-11-02T09:30:00Z 000000000000';

let stage: RidesStage;
beforeAll(async () => {
  stage = await RidesStage.start();
});
afterAll(() => stage?.stop());

const fenceOf = (record: StoredRecord | undefined) => encodeSequence(record?.sequenceNumber ?? '');

/** Lambda has forgotten that it ended the window, and ends it again with other records. */
const again = { state: {}, ending: 'final' } as const;

test('a part that its row holds to the middle is mended from the stream, and so is the ledger, by one reading', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(5, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 3), ending: 'final' });
  stage.reset();
  await shard.deliver({ records, ...again });
  expect(await shard.windows()).toEqual({ [pegasus]: figures(5, 15, 1, 5) });
  expect(await shard.control(ledger)).toEqual({
    LastSequence: fenceOf(records[4]),
    Received: 5,
    Counted: 5,
    Quarantined: 0,
    Malformed: 0,
    TooOld: 0,
    TooNew: 0,
    OverCap: 0,
    Redelivered: 3,
  });
  expect(await shard.control(checkpoint)).toMatchObject({ LastSequence: fenceOf(records[4]), Received: 5 });
  // The checkpoint, since there is no state; a row that refuses; where the ledger stands; row, ledger and checkpoint.
  expect(stage.proxy.calls).toEqual(['GetItem', 'UpdateItem', 'GetItem', ...Array(3).fill('UpdateItem')]);
  expect(stage.kinesis.calls).toEqual(['GetShardIterator', 'GetRecords']);
});

test('parts whose rows stand at different records are mended by one reading', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records: StoredRecord[] = [];
  for (const [index, name] of ['Pegasus', 'Hoshi', 'Pegasus', 'Hoshi', 'Calliope', 'Hoshi', 'Pegasus'].entries()) {
    records.push(await shard.stream.put(reading(name, 2 ** index), startMs + index));
  }
  await shard.deliver({ records: records.slice(0, 4), ending: 'final' });
  stage.reset();
  await shard.deliver({ records, ...again });
  expect(await shard.windows()).toEqual({
    'Calliope w60 2026-11-02T09:30:00Z 000000000000': figures(1, 16, 16, 16),
    [hoshi]: figures(3, 2 + 8 + 32, 2, 32),
    [pegasus]: figures(3, 1 + 4 + 64, 1, 64),
  });
  expect(await shard.control(ledger)).toMatchObject({ Received: 7, Redelivered: 4 });
  expect(stage.kinesis.calls).toEqual(['GetShardIterator', 'GetRecords']);
});

test('a ledger that straddles where no row does is mended too', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = [...(await shard.put(3, 'Pegasus', startMs)), ...(await shard.put(2, 'Hoshi', startMs + 10_000))];
  await shard.deliver({ records: records.slice(0, 3), ending: 'final' });
  await shard.deliver({ records, ...again });
  expect(await shard.windows()).toEqual({ [hoshi]: figures(2, 3, 1, 2), [pegasus]: figures(3, 6, 1, 3) });
  expect(await shard.control(ledger)).toMatchObject({
    LastSequence: fenceOf(records[4]),
    Received: 5,
    Counted: 5,
    Redelivered: 3,
  });
});

test('the stream is read page by page as far as the parts go, and no further', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(9, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 2), ending: 'final' });
  stage.reset();
  stage.kinesis.decide = ({ operation, input }) =>
    operation === 'GetRecords' ? { input: { ...input, Limit: 2 } } : 'pass';
  await shard.deliver({ records: records.slice(0, 6), ...again });
  expect(await shard.windows()).toEqual({ [pegasus]: figures(6, 21, 1, 6) });
  // At last a look at the first record: while it is there, nothing after it has left the stream between two pages.
  const look = ['GetShardIterator', 'GetRecords'];
  expect(stage.kinesis.calls).toEqual(['GetShardIterator', ...Array(3).fill('GetRecords'), ...look]);
});

test('where records leave the stream between two pages the invocation fails, and the next one sets the part aside', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(6, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 2), ending: 'final' });
  stage.reset();
  stage.kinesis.decide = ({ operation, input, number }) => {
    if (operation !== 'GetRecords') return 'pass';
    if (number === 1) shard.stream.trimBefore(startMs + 5000);
    return { input: { ...input, Limit: 2 } };
  };
  await expect(shard.deliver({ records, ...again })).rejects.toThrow(/left the stream/);
  expect(await shard.windows()).toEqual({ [pegasus]: figures(2, 3, 1, 2) });
  await shard.deliver({ records, ...again });
  expect(await shard.windows()).toEqual({ [pegasus]: figures(2, 3, 1, 2) });
  expect(Object.keys(await shard.deployment.quarantine())).toHaveLength(2);
});

test('a reading that fails fails the invocation, and the next one mends', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(5, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 3), ending: 'final' });
  stage.kinesis.decide = () => ({ fault: 'AccessDeniedException' });
  await expect(shard.deliver({ records, ...again })).rejects.toThrow('AccessDeniedException');
  expect(await shard.windows()).toEqual({ [pegasus]: figures(3, 6, 1, 3) });
  expect(await shard.control(ledger)).toMatchObject({ Received: 3 });
  expect(await shard.control(checkpoint)).toMatchObject({ LastSequence: fenceOf(records[2]) });
  stage.reset();
  await shard.deliver({ records, ...again });
  expect(await shard.windows()).toEqual({ [pegasus]: figures(5, 15, 1, 5) });
});

test('where the record at the fence has left the stream, the part is set aside, and the shard goes on', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(5, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 3), ending: 'final' });
  shard.stream.trimBefore(startMs + 3000);
  const instance = await shard.start({ AWS_LAMBDA_LOG_LEVEL: 'INFO' });
  await shard.deliver({ records, instance, ...again });
  expect(await shard.windows()).toEqual({ [pegasus]: figures(3, 6, 1, 3) });
  expect(await shard.control(ledger)).toMatchObject({ LastSequence: fenceOf(records[2]), Received: 3 });
  expect(await shard.control(checkpoint)).toMatchObject({ LastSequence: fenceOf(records[4]) });
  const last = records[4]?.sequenceNumber;
  const folder = `quarantine/rides/2026-11-02/${shardId}`;
  const ends = { first: fenceOf(records[0]), last: fenceOf(records[4]) };
  expect(await shard.deployment.quarantine()).toMatchObject({
    [`${folder}/part-${last}-w60-2026-11-02T09:30:00Z-Pegasus.json`]: {
      reason: 'part-past-mending',
      source: 'rides',
      shardId,
      fence: fenceOf(records[2]),
      part: { ...ends, records: 5, measures: { distance: { sum: [15] } } },
    },
    [`${folder}/part-${last}-ledger.json`]: { part: { ...ends, day: '2026-11-02', counts: { Received: 5 } } },
  });

  const next = [await shard.stream.put(reading('Pegasus', 9), startMs + 24 * 3_600_000)];
  await shard.deliver({ records: next, instance, ending: 'final' });
  expect(await shard.windows()).toEqual({
    [pegasus]: figures(3, 6, 1, 3),
    'Pegasus w60 2026-11-03T09:30:00Z 000000000000': figures(1, 9, 9, 9),
  });
  await instance.end();
  const lines = instance.logs.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'ERROR', message: 'written', setAside: 2, mended: 0 },
    { level: 'INFO', message: 'written', setAside: 0 },
  ]);
});

test('a mended part is told in the log', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await shard.put(2, 'Pegasus', startMs);
  await shard.deliver({ records: records.slice(0, 1), ending: 'final' });
  const instance = await shard.start({ AWS_LAMBDA_LOG_LEVEL: 'INFO' });
  await shard.deliver({ records, instance, ...again });
  await instance.end();
  expect(JSON.parse(instance.logs)).toMatchObject({ level: 'WARN', mended: 2, setAside: 0, redelivered: 1 });
});

/** Names and measures so many and long that a state cannot hold them all. */
const measures = Array.from({ length: 10 }, (_, index) => ({ name: `measure${index}`, path: ['Distance'] }));
const crowd: Partial<typeof rides> = {
  maxSeries: 1000,
  revisions: [{ fromMs: 0, event: { name: ['Name'], time: ['StatusTime'], measures } }],
};
const nameOf = (index: number) => `${String(index).padStart(4, '0')} ${'of a long name '.repeat(12)}`;

test('names that the state cannot hold are written before the window ends, whatever the bounds of repeats', async () => {
  const shard = await stage.makeRides(startMs - 1000, crowd);
  const names = 500;
  const records: StoredRecord[] = [];
  for (let index = 0; index < 3 * names; index += 1) {
    records.push(await shard.stream.put(reading(nameOf(index % names), index), startMs + index));
  }
  await shard.deliver({ records: records.slice(0, 200) });
  expect(await shard.deployment.rows()).toEqual([]);
  // A write fails after others have gone through; then the same records come with other bounds.
  let writes = 0;
  stage.proxy.decide = ({ input }) => {
    if (input.TableName === shard.deployment.tables.series) writes += 1;
    return writes === 30 ? { fault: 'AccessDeniedException', status: 400 } : 'pass';
  };
  await expect(shard.deliver({ records: records.slice(200, 900) })).rejects.toThrow('AccessDeniedException');
  stage.reset();
  const early = await shard.deployment.rows();
  expect(early.length).toBeGreaterThan(30);
  expect(await shard.control(ledger)).toBeUndefined();
  expect(await shard.control(checkpoint)).toBeUndefined();
  for (const [from, to] of [
    [200, 700],
    [700, 701],
    [701, 1500],
  ]) {
    await shard.deliver({ records: records.slice(from, to) });
    expect(JSON.stringify(shard.states.get(shardId)).length).toBeLessThan(700_000);
  }
  await shard.deliver({ ending: 'final' });
  const rows = await shard.deployment.rows();
  expect(rows).toHaveLength(names);
  for (const [index, row] of rows.entries()) {
    const values = [index, index + names, index + 2 * names];
    const figures = { Count: 3, Sum: 3 * (index + names), Minimum: index, Maximum: values[2] };
    expect(row).toMatchObject({
      EventName: nameOf(index),
      EventCount: 3,
      Measures: Object.fromEntries(measures.map(({ name }) => [name, figures])),
    });
  }
  expect(await shard.control(ledger)).toMatchObject({ Received: 1500, Counted: 1500, Redelivered: 0 });
});

test('what had left a lost state is mended where reading it again has other bounds', async () => {
  const shard = await stage.makeRides(startMs - 1000, crowd);
  const names = 480;
  const records: StoredRecord[] = [];
  for (let index = 0; index < 3 * names; index += 1) {
    // A state grows with a new name: the youngest of those that leave has one of its three readings by then.
    records.push(await shard.stream.put(reading(nameOf(Math.floor(index / 3)), index), startMs + index));
  }
  const lost = records.slice(0, 3 * names - 1);
  await shard.deliver({ records: lost });
  expect((await shard.deployment.rows()).length).toBeGreaterThan(0);
  stage.reset();
  // The state is lost. Pages of another size begin and end inside a name.
  stage.kinesis.decide = ({ operation, input, number }) =>
    operation === 'GetRecords' && number > 0 && number < 3 ? { input: { ...input, Limit: 400 } } : 'pass';
  const instance = await shard.start({ AWS_LAMBDA_LOG_LEVEL: 'INFO' });
  await shard.deliver({ records: records.slice(-1), instance, state: {} });
  await shard.deliver({ ending: 'final' });
  const rows = await shard.deployment.rows();
  expect(rows).toHaveLength(names);
  for (const [index, row] of rows.entries()) {
    const figures = { Count: 3, Sum: 9 * index + 3, Minimum: 3 * index, Maximum: 3 * index + 2 };
    expect(row).toMatchObject({ EventName: nameOf(index), EventCount: 3, Measures: { measure3: figures } });
  }
  expect(await shard.control(ledger)).toMatchObject({ Received: 3 * names, Counted: 3 * names, Redelivered: 0 });
  await instance.end();
  const told = JSON.parse(instance.logs);
  expect(told).toMatchObject({ level: 'WARN', lostRecords: lost.length, setAside: 0 });
  expect(told.mended).toBeGreaterThan(0);
});
