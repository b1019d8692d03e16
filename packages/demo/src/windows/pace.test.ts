import { rm } from 'node:fs/promises';
import { EngineClock } from '@tidemark/local/clock';
import { type Engine, startEngine } from '@tidemark/local/engine';
import { writeAssembly } from '@tidemark/local/template/written-assembly';
import { Kinesis } from '@tidemark/ops-cli/aws/kinesis';
import type { PutRecords } from '@tidemark/ops-cli/produce/lane';
import type { ClientSettings } from '@tidemark/ops-cli/target';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Arrivals } from './arrivals.ts';
import { sendAtTheirTimes, type TimedRecord } from './pace.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');
const stream = 'rides';
const signal = new AbortController().signal;
let assembly: string;
let engine: Engine;
let clock: EngineClock;
let client: ClientSettings;
let kinesis: Kinesis;
let arrivals: Arrivals;

beforeAll(async () => {
  const Properties = { Name: stream, ShardCount: 2 };
  assembly = await writeAssembly({ Resources: { Stream: { Type: 'AWS::Kinesis::Stream', Properties } } });
  return () => rm(assembly, { recursive: true });
});

beforeEach(async () => {
  clock = new EngineClock({ startMs, factor: 0 });
  engine = await startEngine({ assembly, clock });
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  client = { endpoint: engine.endpoint, region: engine.region, credentials, maxAttempts: 5 };
  kinesis = new Kinesis(client);
  arrivals = new Arrivals(client, stream);
});

afterEach(async () => {
  for (const each of [kinesis, arrivals]) each.close();
  await engine.stop();
});

const record = (timeMs: number, text = `at ${timeMs}`, partitionKey = text): TimedRecord => ({
  timeMs,
  data: Buffer.from(text),
  partitionKey,
});

async function send(records: Iterable<TimedRecord>, pace: number, put: PutRecords = kinesis.putRecords(stream)) {
  const accepted: [text: string, lateMs: number][] = [];
  await sendAtTheirTimes({
    ...{ put, clock, records, pace, signal },
    onAccepted: ({ data, timeMs }, arrivalMs) => {
      arrivals.expect(data, arrivalMs);
      accepted.push([String(data), arrivalMs - timeMs]);
    },
  });
  await arrivals.read();
  return accepted;
}

test('every record arrives exactly at its own time, to the millisecond, on whichever shard', async () => {
  const times = Array.from({ length: 300 }, (_, index) => startMs + Math.floor(index / 3) * 1_000 + (index % 3) * 7);
  const accepted = await send(
    times.map((timeMs, index) => record(timeMs, `reading ${index}`)),
    3_600,
  );
  expect(accepted).toHaveLength(300);
  expect(accepted.filter(([, lateMs]) => lateMs !== 0)).toEqual([]);
  expect(arrivals.faults).toEqual({ missing: 0, strange: 0 });
  expect(clock.now()).toBe(times.at(-1));
  expect(clock.factor).toBe(0);
});

test('the clock goes no faster than the pace', async () => {
  const wallMs = performance.now();
  await send([record(startMs), record(startMs + 6_000), record(startMs + 30_000)], 60);
  // However slow the machine: half a second of waiting cannot take less.
  expect(performance.now() - wallMs).toBeGreaterThanOrEqual(490);
});

test('the clock moves on in small steps where there is nothing to send, and waits for the stream to take what there is', async () => {
  const seen: number[] = [];
  clock.set = (nowMs) => {
    seen.push(nowMs - startMs);
    EngineClock.prototype.set.call(clock, nowMs);
  };
  const put = kinesis.putRecords(stream);
  const slow: PutRecords = async (records) => {
    const before = clock.now();
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(clock.now()).toBe(before);
    return put(records);
  };
  await send([record(startMs), record(startMs + 30_000)], 100, slow);
  expect(seen.length).toBeGreaterThan(2);
  expect(seen).toEqual(seen.toSorted((one, other) => one - other));
  expect(seen.at(-1)).toBe(30_000);
});

test('what is refused, or fails, is put again before the clock passes it', async () => {
  engine.faults.add({ match: { service: 'kinesis', operation: 'PutRecords' }, action: { kind: 'throttle' }, times: 2 });
  engine.faults.add({ match: { service: 'kinesis', operation: 'PutRecords' }, action: { kind: 'fail' }, times: 1 });
  const put = kinesis.putRecords(stream);
  let calls = 0;
  const refusing: PutRecords = async (records) => {
    calls += 1;
    const taken = records.filter((_, index) => calls > 2 || index % 2 === 0);
    const outcome = await put(taken);
    return { refused: [...outcome.refused, ...records.filter((each) => !taken.includes(each))] };
  };
  const records = Array.from({ length: 10 }, (_, index) => record(startMs + 5, `reading ${index}`));
  const accepted = await send([...records, record(startMs + 1_000)], 1_000, refusing);
  expect(accepted.map(([text]) => text).toSorted()).toEqual(
    [...records.map(({ data }) => String(data)), `at ${startMs + 1_000}`].toSorted(),
  );
  expect(accepted.filter(([, lateMs]) => lateMs !== 0)).toEqual([]);
  expect(arrivals.faults).toEqual({ missing: 0, strange: 0 });
});

test('what a shard cannot take within a second arrives later, and is told', async () => {
  const put = kinesis.putRecords(stream);
  // As a shard does that takes three records a second.
  const taken = new Map<number, number>();
  const narrow: PutRecords = async (records) => {
    const second = Math.floor(clock.now() / 1000);
    const room = 3 - (taken.get(second) ?? 0);
    taken.set(second, (taken.get(second) ?? 0) + Math.min(room, records.length));
    if (room > 0) await put(records.slice(0, room));
    return { refused: records.slice(Math.max(0, room)) };
  };
  const records = Array.from({ length: 7 }, (_, index) => record(startMs + 500, `reading ${index}`));
  const accepted = await send([...records, record(startMs + 1_500), record(startMs + 9_000)], 1_000, narrow);
  expect(accepted.map(([, lateMs]) => lateMs)).toEqual([0, 0, 0, 500, 500, 500, 1_500, 500, 0]);
  expect(arrivals.faults).toEqual({ missing: 0, strange: 0 });
});

test('a stream that takes nothing is given up', async () => {
  const refusing: PutRecords = async (records) => ({ refused: records, reason: 'Full: come back' });
  await expect(send([record(startMs)], 1_000, refusing)).rejects.toThrow('Kinesis keeps refusing records: Full');
});

test('records out of order are no work for it', async () => {
  await expect(send([record(startMs + 5), record(startMs)], 1_000)).rejects.toThrow('comes after');
});

test('an interruption ends a wait at once', async () => {
  const interruption = new AbortController();
  const sending = sendAtTheirTimes({
    ...{ put: kinesis.putRecords(stream), clock, records: [record(startMs + 3_600_000)], pace: 1 },
    onAccepted: () => {},
    signal: interruption.signal,
  });
  interruption.abort();
  await expect(sending).rejects.toThrow(/abort/i);
});

test('a record that nobody sent, one of another time and one that is gone are told', async () => {
  await kinesis.putRecords(stream)([record(startMs, 'a stranger')]);
  await send([record(startMs + 1, 'mine'), record(startMs + 1, 'mine')], 1_000);
  expect(arrivals.faults).toEqual({ missing: 0, strange: 1 });
  arrivals.expect(Buffer.from('a stranger'), startMs + 5);
  expect(arrivals.faults).toEqual({ missing: 1, strange: 1 });
});

test('a clock that runs past an iterator’s end only puts reading off', async () => {
  await kinesis.putRecords(stream)([record(startMs, 'a')]);
  arrivals.expect(Buffer.from('a'), startMs);
  engine.faults.add({
    match: { service: 'kinesis', operation: 'GetRecords' },
    action: {
      kind: 'intercept',
      interceptor: (_, proceed) => {
        clock.advance(301_000);
        return proceed();
      },
    },
    times: 2,
  });
  await arrivals.read();
  expect(arrivals.faults).toEqual({ missing: 1, strange: 0 });
  await arrivals.read();
  expect(arrivals.faults).toEqual({ missing: 0, strange: 0 });
});
