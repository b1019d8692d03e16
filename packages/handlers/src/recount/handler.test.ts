import { encodeSequence } from '@tidemark/core/series/sequence';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sent } from '../../test/events.ts';
import { kinesisEvent, pipeEvent, sequenceNumber } from '../../test/events.ts';
import { both, lock, pipe, piped, putLock, recounted, runId } from '../../test/recounts.ts';
import { reading } from '../../test/rides.ts';
import type { Deployment } from '../../test/stage.ts';
import { Stage } from '../../test/stage.ts';

const startMs = Date.parse('2026-11-02T09:30:00Z');
const shardId = 'shardId-000000000000';
const checkpoint = `CHECKPOINT#recount-0012#${shardId}`;
const ledger = `LEDGER#recount-0012#2026-11-02#${shardId}`;
const fence = (sequence: number) => encodeSequence(sequenceNumber(sequence));

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage?.stop());

/** Readings of distance 1, 2, 3, ..., a second after the other; every third is Hoshi's. */
function records(from: number, to: number): Sent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const sequence = from + index;
    const name = sequence % 3 === 0 ? 'Hoshi' : 'Pegasus';
    return { sequence, text: reading(name, sequence), arrivalMs: startMs + sequence * 1000 };
  });
}

async function makeDeployment(): Promise<Deployment> {
  const deployment = await stage.makeDeployment(both);
  await putLock(deployment);
  return deployment;
}

test('a batch of the pipe becomes buckets and windows of the run’s generation, one ledger and one checkpoint', async () => {
  const deployment = await makeDeployment();
  const instance = await deployment.start('recount');
  await piped(instance, [...records(1, 4), { sequence: 5, text: '{', arrivalMs: startMs + 5000 }]);
  await instance.end();
  const all = await recounted(deployment);
  expect(Object.keys(all)).toEqual([
    'Hoshi 1h#0012#2026-11-02T09:00:00Z#000000000000',
    'Hoshi 1m#0012#2026-11-02T09:30:00Z#000000000000',
    'Hoshi w60#0012#2026-11-02T09:30:00Z#000000000000',
    'Pegasus 1h#0012#2026-11-02T09:00:00Z#000000000000',
    'Pegasus 1m#0012#2026-11-02T09:30:00Z#000000000000',
    'Pegasus w60#0012#2026-11-02T09:30:00Z#000000000000',
    checkpoint,
    ledger,
  ]);
  const about = { EventCount: 3, LastSequence: fence(4), WrittenBy: 'recount' };
  expect(all['Pegasus 1h#0012#2026-11-02T09:00:00Z#000000000000']).toMatchObject({ ...about, Recounted: 3 });
  const Measures = {
    distance: { Count: 3, Sum: 7, Minimum: 1, Maximum: 4 },
    health: { Count: 3, Sum: 300, Minimum: 100, Maximum: 100 },
  };
  expect(all['Pegasus w60#0012#2026-11-02T09:30:00Z#000000000000']).toMatchObject({
    ...about,
    Measures,
    Recounted: { EventCount: 3, Measures },
  });
  expect(all[checkpoint]).toEqual({
    ...{ LastSequence: fence(5), ArrivalMs: startMs + 5000, PreviousArrivalMs: startMs + 5000, Received: 5 },
    ...{ FirstSequence: fence(1), FirstArrivalMs: startMs + 1000 },
    ...{ StreamFirstSequence: fence(1), StreamFirstArrivalMs: startMs + 1000 },
  });
  expect(all[ledger]).toMatchObject({ Received: 5, Counted: 4, Quarantined: 1, Malformed: 1, LastSequence: fence(5) });
  // Live counting has set it aside, or will.
  expect(await deployment.quarantine()).toEqual({});
  expect(Object.keys(await deployment.control()).sort()).toEqual(['CATALOGUE', checkpoint, ledger, 'TIMELINE'].sort());
});

test('the rows are those of live counting, whatever the batches, and in the same places but for the generation', async () => {
  const deployment = await makeDeployment();
  const sent = records(1, 40).map((record) => {
    if (record.sequence === 7) return { ...record, text: 'nothing' };
    if (record.sequence % 5 === 0)
      return { ...record, text: reading(`stranger ${record.sequence}`, 2 ** -record.sequence) };
    return record.sequence % 11 === 0 ? { ...record, arrivalMs: startMs - 1 } : record;
  });
  await deployment.deliver('count', kinesisEvent(sent));
  const live = await deployment.rows();
  const instance = await deployment.start('recount');
  for (const [from, to] of [
    [0, 1],
    [1, 13],
    [13, 40],
  ] as const)
    await piped(instance, sent.slice(from, to));
  await instance.end();
  const rows = (await deployment.rows()).filter(({ WrittenBy }) => WrittenBy === 'recount');
  const buckets = rows.filter(({ Bucket }) => !String(Bucket).startsWith('w'));
  const asLive = buckets.map(({ Recounted, Bucket, ...row }) => {
    expect(Recounted).toBe(row.EventCount);
    return { ...row, Bucket: String(Bucket).replace('#0012#', '#0000#'), WrittenBy: 'live' };
  });
  expect(asLive).toEqual(live);
  expect(rows.length).toBeGreaterThan(buckets.length);
  const control = await deployment.control();
  expect(control[ledger]).toEqual(control[`LEDGER#count#2026-11-02#${shardId}`]);
});

test.each([
  ['nobody holds the lock', undefined, 'LockLost'],
  ['another pipe is the lock holder’s', { Pipe: 'web-20261103T120000Z-0a1b2c3d' }, 'LockLost'],
  ['the lock holder has no pipe yet', { Pipe: undefined }, 'LockLost'],
  ['an undo holds it', { Kind: 'undo', Generation: undefined }, 'LockLost'],
  ['the run was aborted', { Stage: 'aborted' }, 'Aborted'],
  ['the run has switched', { Stage: 'switched' }, 'OutOfTurn'],
] as const)('a pipe writes nothing where %s', async (_, changes, name) => {
  const deployment = await stage.makeDeployment(both);
  const given = changes && Object.fromEntries(Object.entries({ ...lock, ...changes }).filter(([, value]) => value));
  await deployment.putControl('TIMELINE', {
    Version: 1,
    LastGeneration: 12,
    Ranges: {},
    ...(given ? { Lock: given } : {}),
  });
  const before = await deployment.control();
  const instance = await deployment.start('recount');
  await expect(piped(instance, records(1, 3))).rejects.toMatchObject({ name });
  await instance.end();
  expect(await deployment.rows()).toEqual([]);
  expect(await deployment.control()).toEqual(before);
});

test('the lock is read by every invocation: a pipe that outlives its run stops counting at once', async () => {
  const deployment = await makeDeployment();
  const instance = await deployment.start('recount');
  await piped(instance, records(1, 3));
  await putLock(deployment, { Stage: 'holding' });
  await piped(instance, records(4, 5));
  const standing = await recounted(deployment);
  await putLock(deployment, { Stage: 'switched' });
  await expect(piped(instance, records(6, 9))).rejects.toThrow(`run ${runId} is switched`);
  await instance.end();
  expect(await recounted(deployment)).toEqual(standing);
});

test('a warm batch costs one unit a key, one for the ledger and one for the checkpoint, and reads the lock and how far live counting is', async () => {
  const deployment = await makeDeployment();
  const instance = await deployment.start('recount');
  await piped(instance, records(1, 6));
  stage.servers.proxy.reset();
  await piped(instance, records(7, 26));
  expect(stage.servers.proxy.calls).toEqual([...Array(3).fill('GetItem'), ...Array(10).fill('UpdateItem')]);
  await instance.end();
});

test('a recount does not pass live counting: what that has not handled waits, and comes again', async () => {
  const deployment = await makeDeployment();
  const liveAt = (sequence: number) =>
    deployment.putControl(`CHECKPOINT#count#${shardId}`, { LastSequence: fence(sequence), ArrivalMs: startMs });
  await liveAt(2);
  const instance = await deployment.start('recount');
  await expect(piped(instance, records(1, 4), 4000)).rejects.toThrow('live counting has not handled the batch in time');
  const [before] = Object.values(await recounted(deployment));
  expect((await recounted(deployment))[checkpoint]).toMatchObject({ LastSequence: fence(2), Received: 2 });
  expect(before).toMatchObject({ LastSequence: fence(2) });
  // The windows of the same shard are further: the furthest counts.
  await deployment.putControl(`CHECKPOINT#window#${shardId}`, { LastSequence: fence(4), ArrivalMs: startMs });
  await piped(instance, records(1, 4));
  await instance.end();
  const all = await recounted(deployment);
  expect(all[checkpoint]).toMatchObject({ LastSequence: fence(4) });
  expect(all[ledger]).toMatchObject({ Received: 4, LastSequence: fence(4) });
});

test('live counting that is held is not waited for: whoever waits keeps the pipe from stopping', async () => {
  const deployment = await makeDeployment();
  await putLock(deployment, { Stage: 'holding' });
  await deployment.putControl(`CHECKPOINT#count#${shardId}`, { LastSequence: fence(2), ArrivalMs: startMs });
  const instance = await deployment.start('recount');
  const longer = 10 * 60_000;
  await expect(piped(instance, records(1, 4), longer)).rejects.toThrow(
    'live counting has not handled the batch in time',
  );
  await instance.end();
  expect((await recounted(deployment))[checkpoint]).toMatchObject({ LastSequence: fence(2), Received: 2 });
});

test('a record that the pipe wrote out as a text is the same record', async () => {
  const deployment = await makeDeployment();
  const event = pipeEvent(pipe, kinesisEvent(records(1, 4))).map(({ record }) => ({
    pipe,
    record: JSON.stringify(record),
  }));
  await deployment.deliver('recount', event);
  expect((await recounted(deployment))[ledger]).toMatchObject({ Received: 4, Counted: 4 });
});

test.each([
  ['nothing', []],
  [
    'records of two pipes',
    [...pipeEvent('one', kinesisEvent(records(1, 1))), ...pipeEvent(pipe, kinesisEvent(records(2, 2)))],
  ],
  ['records without a pipe', kinesisEvent(records(1, 1)).Records],
  [
    'data that was decoded',
    pipeEvent(pipe, kinesisEvent(records(1, 1))).map(({ record }) => ({
      pipe,
      record: { ...record, data: { secret: 1 } },
    })),
  ],
  [
    'data that is no base64',
    pipeEvent(pipe, kinesisEvent(records(1, 1))).map(({ record }) => ({
      pipe,
      record: { ...record, data: '{"secret":1}' },
    })),
  ],
  ['a request of another kind', { secret: true }],
  ['an event source mapping', kinesisEvent(records(1, 1))],
])('%s is a bad call, which says what is wrong and nothing of the payload', async (_, event) => {
  const deployment = await makeDeployment();
  const error = await deployment.deliver('recount', event).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'BadCall', message: expect.stringMatching(/^event: .+/) });
  expect(String(error)).not.toContain('secret');
  expect(await deployment.rows()).toEqual([]);
});

test('an invocation is one line of the log, without names and payloads, also when it fails', async () => {
  const deployment = await makeDeployment();
  const instance = await deployment.start('recount', { AWS_LAMBDA_LOG_LEVEL: 'INFO' });
  await piped(instance, [
    { sequence: 1, text: reading('secret name', 1), arrivalMs: startMs },
    { sequence: 2, text: 'secret payload', arrivalMs: startMs },
  ]);
  stage.servers.proxy.decide = () => ({ fault: 'AccessDeniedException', status: 400 });
  await expect(piped(instance, records(3, 4))).rejects.toThrow();
  stage.servers.proxy.reset();
  await instance.end();
  expect(instance.logs).not.toContain('secret');
  const lines = instance.logs
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    {
      ...{
        level: 'INFO',
        message: 'recounted',
        service: 'recount',
        source: 'web',
        shardId,
        pipe,
        run: runId,
        generation: 12,
      },
      ...{ records: 2, firstSequence: sequenceNumber(1), lastSequence: sequenceNumber(2) },
      ...{ events: 2, partials: 2, windows: 1, fenced: 0, redelivered: 0 },
    },
    { level: 'ERROR', message: 'not recounted', records: 2, error: { name: 'AccessDeniedException' } },
  ]);
});
