import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { encodeLine } from '@tidemark/core/archive/line';
import { archiveKey } from '@tidemark/core/archive/object';
import { encodeSequence } from '@tidemark/core/series/sequence';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sent } from '../../test/events.ts';
import { kinesisEvent, pipeEvent, sequenceNumber } from '../../test/events.ts';
import type { Call, Fate } from '../../test/metering-proxy.ts';
import { both, pipe, piped, putLock, recounted, runId } from '../../test/recounts.ts';
import { reading } from '../../test/rides.ts';
import type { Deployment } from '../../test/stage.ts';
import { Stage } from '../../test/stage.ts';

const hourMs = 60 * 60 * 1000;
/** The first bucket wanted; arrivals are read from the beginning of the second of November on. */
const fromMs = Date.parse('2026-11-02T12:00:00Z');
const dayStartMs = Date.parse('2026-11-02T00:00:00Z');
const shardId = 'shardId-000000000000';
const checkpoint = `CHECKPOINT#recount-0012#${shardId}`;
const fence = (sequence: number) => encodeSequence(sequenceNumber(sequence));

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage?.stop());

/** Readings that arrive at these hours of the second of November; their numbers begin with 1. */
function recordsAt(...hours: number[]): Sent[] {
  return hours.map((hour, index) => {
    const arrivalMs = dayStartMs + hour * hourMs;
    const text = reading(index % 3 === 0 ? 'Hoshi' : 'Pegasus', index);
    const time = new Date(arrivalMs).toISOString().slice(0, 19);
    return { sequence: index + 1, text: text.replace('2026-11-02T09:30:00', time), arrivalMs };
  });
}

/** Keeps a batch as the archive function does. */
async function keep(
  deployment: Deployment,
  records: readonly Sent[],
  spoil: (lines: string[]) => string = whole,
): Promise<string> {
  const lines = records.map(({ sequence, text, arrivalMs }) =>
    encodeLine({
      ...{ sequenceNumber: sequenceNumber(sequence), partitionKey: 'key', arrivalMs },
      data: Buffer.from(text).toString('base64'),
    }),
  );
  const [first, last] = [records[0], records.at(-1)];
  const key = archiveKey({
    ...{ source: 'web', shardId, day: new Date(first?.arrivalMs ?? 0).toISOString().slice(0, 10) },
    ...{ first: fence(first?.sequence ?? 0), last: fence(last?.sequence ?? 0) },
  });
  await deployment.putObject(key, gzipSync(spoil(lines)));
  return key;
}
const whole = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

async function makeDeployment(): Promise<Deployment> {
  const deployment = await stage.makeDeployment(both);
  await putLock(deployment, { Kind: 'backfill' });
  await deployment.putControl(`RUN#${runId}`, { Kind: 'backfill', From: fromMs });
  return deployment;
}

function isCheckpoint({ operation, input }: Call): boolean {
  const { Item } = (input.Key ?? {}) as { Item?: { S: string } };
  return operation === 'UpdateItem' && Item?.S === checkpoint;
}

interface Answer {
  readonly done: boolean;
  readonly cursor?: { readonly day: string };
  readonly records: number;
  readonly throughArrivalMs: number;
}

function request(changes: Record<string, unknown> = {}) {
  return { archive: { run: runId, source: 'web', shardId, ...changes } };
}

/** One invocation after the other until all is read; `remainingMs` of each. */
async function readThrough(deployment: Deployment, remainingMs?: number): Promise<Answer[]> {
  const instance = await deployment.start('recount');
  const answers: Answer[] = [];
  let cursor: Answer['cursor'];
  do {
    const answer = (await instance.answer(request(cursor ? { cursor } : {}), remainingMs)) as Answer;
    answers.push(answer);
    cursor = answer.cursor;
  } while (cursor !== undefined && answers.length < 50);
  await instance.end();
  return answers;
}

/** The checkpoint's Received is that of the last page, and which record came by a pipe is nothing to the archive. */
async function counted(deployment: Deployment) {
  const all = Object.entries(await recounted(deployment));
  return all.filter(([key]) => key !== checkpoint);
}

/** How often a record came again is told beside it. */
function withoutRepeats([key, { Redelivered: _, ...item }]: [string, Record<string, unknown>]) {
  return [key, item];
}

/** What a pipe writes that brings these records and nothing else. */
async function byPipe(records: readonly Sent[]) {
  const deployment = await makeDeployment();
  await deployment.deliver('recount', pipeEvent(pipe, kinesisEvent(records)));
  return counted(deployment);
}

test('the archive is counted from the beginning of the first arrival day on, once, in the order of the stream', async () => {
  // Long before the day; before it, but who knows how far the object reaches; over its beginning; of two over the next midnight the earlier one
  // began on the later day; the day after the next.
  const records = recordsAt(-60, -55, -30, -26, -1, 0.5, 3, 9, 23.9, 24.1, 23.95, 25, 60, 61);
  const deployment = await makeDeployment();
  const parts: [number, number][] = [
    [0, 2],
    [2, 4],
    [4, 7],
    [6, 8],
    [7, 10],
    [10, 11],
    [8, 11],
    [11, 14],
    [11, 12],
  ];
  for (const [from, to] of parts) await keep(deployment, records.slice(from, to));
  const throughArrivalMs = dayStartMs + 61 * hourMs;
  expect(await readThrough(deployment)).toEqual([{ done: true, records: 12, throughArrivalMs }]);
  expect(await counted(deployment)).toEqual(await byPipe(records.slice(2)));
  expect((await deployment.control())[checkpoint]).toEqual({
    ...{ LastSequence: fence(14), ArrivalMs: throughArrivalMs, PreviousArrivalMs: expect.any(Number), Received: 3 },
    ...{ FirstSequence: fence(3), FirstArrivalMs: dayStartMs - 30 * hourMs },
  });
});

test('an invocation ends in time, and the next goes on where it ended, with its cursor or without', async () => {
  const records = recordsAt(...Array.from({ length: 12 }, (_, index) => index * 5));
  const deployment = await makeDeployment();
  for (let at = 0; at < records.length; at += 2) await keep(deployment, records.slice(at, at + 2));
  // Half of the time is over when the first page is counted.
  stage.servers.proxy.decide = async (call): Promise<Fate> => {
    if (isCheckpoint(call)) await setTimeout(3050);
    return 'pass';
  };
  const instance = await deployment.start('recount');
  const first = (await instance.answer(request(), 6000)) as Answer;
  expect(first).toMatchObject({ done: false, cursor: { day: '2026-11-02' }, records: 2 });
  stage.servers.proxy.reset();
  const second = (await instance.answer(request())) as Answer;
  await instance.end();
  expect(second).toEqual({ done: true, records: 12 - first.records, throughArrivalMs: dayStartMs + 55 * hourMs });
  expect(await counted(deployment)).toEqual(await byPipe(records));
  // All is done: what is asked again counts nothing.
  const standing = await recounted(deployment);
  expect(await readThrough(deployment)).toEqual([
    { done: true, records: 0, throughArrivalMs: dayStartMs + 55 * hourMs },
  ]);
  expect(await recounted(deployment)).toEqual(standing);
});

test('a shard without an archive, or with none that young, is done at once', async () => {
  const deployment = await makeDeployment();
  expect(await readThrough(deployment)).toEqual([{ done: true, records: 0, throughArrivalMs: 0 }]);
  await keep(deployment, recordsAt(-40, -39));
  expect((await readThrough(deployment))[0]).toMatchObject({ done: true });
});

test('the tail that the pipe brings joins what was archived, and its first record is kept though the checkpoint has passed it', async () => {
  const records = recordsAt(1, 2, 3, 4, 5, 6);
  const deployment = await makeDeployment();
  await keep(deployment, records.slice(0, 4));
  await readThrough(deployment);
  expect((await deployment.control())[checkpoint]).not.toHaveProperty('StreamFirstSequence');
  const instance = await deployment.start('recount');
  const marks = { StreamFirstSequence: fence(3), StreamFirstArrivalMs: dayStartMs + 3 * hourMs };
  await piped(instance, records.slice(2, 4));
  expect((await deployment.control())[checkpoint]).toMatchObject({ ...marks, LastSequence: fence(4) });
  await piped(instance, records.slice(3, 6));
  await instance.end();
  expect((await deployment.control())[checkpoint]).toMatchObject({
    ...marks,
    FirstSequence: fence(1),
    LastSequence: fence(6),
  });
  expect((await counted(deployment)).map(withoutRepeats)).toEqual((await byPipe(records)).map(withoutRepeats));
});

test.each<[string, (lines: string[]) => string, RegExp]>([
  [
    'a line that is spoiled',
    ([one = '', ...lines]) => whole([one, '{"sequenceNumber":1}', ...lines.slice(1)]),
    /line 2: sequenceNumber/,
  ],
  ['an object that ends too early', (lines) => whole(lines.slice(0, 2)), /object: ends with/],
])('%s stops the backfill, which says where: nothing behind it is counted', async (_, spoil, message) => {
  const deployment = await makeDeployment();
  const records = recordsAt(1, 2, 3, 4, 5);
  const key = await keep(deployment, records.slice(0, 3), spoil);
  await keep(deployment, records.slice(3));
  const instance = await deployment.start('recount');
  for (const _attempt of [1, 2]) {
    await expect(instance.answer(request())).rejects.toThrow(message);
    await expect(instance.answer(request())).rejects.toThrow(key);
  }
  await instance.end();
  const { LastSequence } = (await deployment.control())[checkpoint] ?? {};
  expect(String(LastSequence ?? '') < fence(3)).toBe(true);
});

test.each([
  ['another run holds the lock', { run: '20261103T120000Z-0a1b2c3d' }, 'LockLost'],
  ['the source is another’s', { source: 'rides' }, 'BadCall'],
])('nothing is read where %s', async (_, changes, name) => {
  const deployment = await makeDeployment();
  await keep(deployment, recordsAt(1, 2));
  const instance = await deployment.start('recount');
  await expect(instance.answer(request(changes))).rejects.toMatchObject({ name });
  await instance.end();
  expect(await deployment.rows()).toEqual([]);
});

test('a fault or a lost answer at any call is made good by the request that comes again', async () => {
  const records = recordsAt(1, 2, 3, 4);
  const expected = await byPipe(records);
  const fates: Fate[] = ['lose-answer', { fault: 'AccessDeniedException', status: 400 }];
  const { proxy } = stage.servers;
  let calls = 1;
  for (let call = 0; call < calls; call += 1) {
    const deployment = await makeDeployment();
    await keep(deployment, records.slice(0, 2));
    await keep(deployment, records.slice(1));
    const instance = await deployment.start('recount');
    proxy.reset();
    proxy.decide = () => (proxy.calls.length === call + 1 ? (fates[call % 2] ?? 'pass') : 'pass');
    const answer = await instance.answer(request()).catch(() => undefined);
    calls = Math.max(calls, proxy.calls.length);
    proxy.reset();
    if (answer === undefined) expect(await instance.answer(request())).toMatchObject({ done: true });
    await instance.end();
    expect((await counted(deployment)).map(withoutRepeats)).toEqual(expected.map(withoutRepeats));
  }
  expect(calls).toBeGreaterThan(20);
});

test('an abort stops a backfill between two pages', async () => {
  const deployment = await makeDeployment();
  const records = recordsAt(1, 2, 3, 4);
  await keep(deployment, records.slice(0, 2));
  await keep(deployment, records.slice(2));
  let checkpoints = 0;
  stage.servers.proxy.decide = async (call): Promise<Fate> => {
    if (isCheckpoint(call)) {
      checkpoints += 1;
      await putLock(deployment, { Kind: 'backfill', Stage: 'aborted' });
    }
    return 'pass';
  };
  const instance = await deployment.start('recount');
  await expect(instance.answer(request())).rejects.toMatchObject({ name: 'Aborted' });
  await instance.end();
  expect(checkpoints).toBe(1);
  expect((await deployment.control())[checkpoint]).toMatchObject({ LastSequence: fence(2) });
});
