import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { encodeSequence } from '@tidemark/core/series/sequence';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { put } from '../../test/dynamodb-local.ts';
import type { Sent } from '../../test/events.ts';
import { kinesisEvent, sequenceNumber, webEvent } from '../../test/events.ts';
import type { Fate } from '../../test/metering-proxy.ts';
import type { Deployment } from '../../test/stage.ts';
import { Stage } from '../../test/stage.ts';

const arrivalMs = Date.parse('2026-11-02T09:30:00Z');
const timeMs = Date.parse('2026-11-02T09:29:59Z');
const shardId = 'shardId-000000000000';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
}, 90_000);
afterAll(() => stage?.stop());

/** Records `from` to `to`: odd ones are views, even ones clicks. */
function records(from: number, to: number): Sent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    sequence: from + index,
    text: webEvent((from + index) % 2 === 1 ? 'page view' : 'click', timeMs),
    arrivalMs,
  }));
}

function named(sequence: number, name: string, changes: Partial<Sent> = {}): Sent {
  return { sequence, text: webEvent(name, timeMs), arrivalMs, ...changes };
}

async function deliver(deployment: Deployment, sent: readonly Sent[]): Promise<void> {
  await deployment.deliver('count', kinesisEvent(sent));
}

const views = (count: number, clicks: number) => ({
  'page view 1m 2026-11-02T09:29:00Z': count,
  'page view 1h 2026-11-02T09:00:00Z': count,
  'click 1m 2026-11-02T09:29:00Z': clicks,
  'click 1h 2026-11-02T09:00:00Z': clicks,
});

const ledger = (changes: Record<string, unknown>) => ({
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

test('a batch becomes counts, a ledger, a checkpoint and a catalogue', async () => {
  const deployment = await stage.makeDeployment();
  await deliver(deployment, records(1, 5));
  expect(await deployment.counts()).toEqual(views(3, 2));
  expect(await deployment.control()).toEqual({
    CATALOGUE: { Names: ['page view', 'click'], Caps: [{ FromMs: 0, MaxSeries: 100 }] },
    [`CHECKPOINT#count#${shardId}`]: {
      LastSequence: encodeSequence(sequenceNumber(5)),
      ArrivalMs: arrivalMs,
      PreviousArrivalMs: arrivalMs,
      Received: 5,
      FirstSequence: encodeSequence(sequenceNumber(1)),
      FirstArrivalMs: arrivalMs,
    },
    [`LEDGER#count#2026-11-02#${shardId}`]: ledger({
      LastSequence: encodeSequence(sequenceNumber(5)),
      Received: 5,
      Counted: 5,
    }),
  });
  await deliver(deployment, [named(6, 'click', { arrivalMs: arrivalMs + 1000 })]);
  expect(await deployment.control()).toMatchObject({
    [`CHECKPOINT#count#${shardId}`]: { ArrivalMs: arrivalMs + 1000, PreviousArrivalMs: arrivalMs, Received: 1 },
  });
});

test.each([
  [
    'the same batch',
    [
      [1, 6],
      [1, 6],
    ],
  ],
  [
    'a longer one',
    [
      [1, 6],
      [1, 9],
    ],
  ],
  [
    'a shorter one, then the rest',
    [
      [1, 6],
      [1, 3],
      [4, 9],
    ],
  ],
  [
    'halves',
    [
      [1, 6],
      [1, 3],
      [4, 6],
    ],
  ],
  [
    'overlapping ones',
    [
      [1, 6],
      [4, 9],
      [2, 7],
    ],
  ],
] as const)('deliveries that repeat count once: %s', async (_, deliveries) => {
  const deployment = await stage.makeDeployment();
  for (const [from, to] of deliveries) await deliver(deployment, records(from, to));
  const last = Math.max(...deliveries.map(([, to]) => to));
  expect(await deployment.counts()).toEqual(views(Math.ceil(last / 2), Math.floor(last / 2)));
  const control = await deployment.control();
  const delivered = deliveries.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  expect(control[`LEDGER#count#2026-11-02#${shardId}`]).toEqual(
    ledger({
      LastSequence: encodeSequence(sequenceNumber(last)),
      Received: last,
      Counted: last,
      Redelivered: delivered - last,
    }),
  );
  expect(control[`CHECKPOINT#count#${shardId}`]).toMatchObject({ LastSequence: encodeSequence(sequenceNumber(last)) });
});

test('two invocations at once, of one batch and of another with other bounds', async () => {
  const deployment = await stage.makeDeployment();
  for (let round = 0; round < 5; round += 1) {
    const first = round * 10 + 1;
    const instances = await Promise.all([
      deployment.start('count'),
      deployment.start('count'),
      deployment.start('count'),
    ]);
    const bounds = [first + 9, first + 9, first + 4];
    await Promise.allSettled(
      instances.map((count, index) => count.invoke(kinesisEvent(records(first, bounds[index] ?? 0)))),
    );
    // Whoever threw is tried again, as Lambda would.
    await deliver(deployment, records(first, first + 9));
  }
  expect(await deployment.counts()).toEqual(views(25, 25));
  expect((await deployment.control())[`LEDGER#count#2026-11-02#${shardId}`]).toMatchObject({
    Received: 50,
    Counted: 50,
  });
});

test('every answer is lost once, after its effect', async () => {
  const deployment = await stage.makeDeployment();
  const seen = new Set<string>();
  stage.servers.proxy.decide = ({ operation, input }) => {
    const request = operation + JSON.stringify(input);
    if (seen.has(request)) return 'pass';
    seen.add(request);
    return 'lose-answer';
  };
  await deliver(deployment, records(1, 5));
  expect(await deployment.counts()).toEqual(views(3, 2));
  expect((await deployment.control())[`LEDGER#count#2026-11-02#${shardId}`]).toMatchObject({ Received: 5, Counted: 5 });
});

test('throttled writes are tried again', async () => {
  const deployment = await stage.makeDeployment();
  stage.servers.proxy.decide = ({ operation, number }) =>
    operation === 'UpdateItem' && number < 3
      ? { fault: 'ProvisionedThroughputExceededException', status: 400 }
      : 'pass';
  await deliver(deployment, records(1, 5));
  expect(await deployment.counts()).toEqual(views(3, 2));
});

test('one write that fails fails the batch after all others are done, and nothing after it is begun', async () => {
  const deployment = await stage.makeDeployment();
  stage.servers.proxy.decide = ({ input }) =>
    JSON.stringify(input).includes('"click"') && JSON.stringify(input).includes('1h#')
      ? { fault: 'AccessDeniedException', status: 400 }
      : 'pass';
  await expect(deliver(deployment, records(1, 5))).rejects.toThrow('AccessDeniedException');
  const { 'click 1h 2026-11-02T09:00:00Z': _, ...others } = views(3, 2);
  expect(await deployment.counts()).toEqual(others);
  expect(Object.keys(await deployment.control())).toEqual(['CATALOGUE']);
  stage.servers.proxy.reset();
  await deliver(deployment, records(1, 5));
  expect(await deployment.counts()).toEqual(views(3, 2));
});

test('a fence that moves between the two updates of a write fails the invocation, and the next counts the rest', async () => {
  const deployment = await stage.makeDeployment();
  await deliver(deployment, records(1, 1));
  const intruder = await deployment.start('count', { AWS_ENDPOINT_URL_DYNAMODB: stage.servers.dynamodb.endpoint });
  const count = await deployment.start('count');
  let updates = 0;
  stage.servers.proxy.decide = async ({ input }): Promise<Fate> => {
    const isView =
      JSON.stringify(input).includes('"EventName":{"S":"page view"}') && JSON.stringify(input).includes('1m#');
    if (isView) updates += 1;
    if (isView && updates === 2) await intruder.invoke(kinesisEvent(records(1, 3)));
    return 'pass';
  };
  await expect(count.invoke(kinesisEvent(records(1, 5)))).rejects.toThrow(/two invocations/);
  expect(updates).toBe(2);
  stage.servers.proxy.reset();
  await deliver(deployment, records(1, 5));
  expect(await deployment.counts()).toEqual(views(3, 2));
});

test('each bucket goes into the generation that the timeline names', async () => {
  const deployment = await stage.makeDeployment();
  await deployment.putControl('TIMELINE', {
    Version: 3,
    LastGeneration: 12,
    Ranges: {
      '1h': [
        { FromMs: 0, Generation: 7 },
        { FromMs: arrivalMs, Generation: 12 },
      ],
    },
  });
  await deliver(deployment, records(1, 5));
  const generations = new Set((await deployment.rows()).map(({ Bucket }) => String(Bucket).slice(0, 7)));
  expect([...generations].sort()).toEqual(['1h#0007', '1m#0000']);
});

test('a warm batch costs one unit a key, one for the ledger and one for the checkpoint, and reads nothing', async () => {
  const deployment = await stage.makeDeployment();
  const count = await deployment.start('count');
  await count.invoke(kinesisEvent(records(1, 5)));
  expect(stage.servers.proxy.calls.filter((call) => call === 'GetItem')).toHaveLength(3);
  stage.servers.proxy.reset();
  await count.invoke(kinesisEvent(records(6, 500)));
  expect(stage.servers.proxy.calls).toEqual(Array(6).fill('UpdateItem'));
  expect(stage.servers.proxy.units).toBe(6);
});

test('shards race for the last slots of the catalogue, and every later delivery decides alike', async () => {
  const deployment = await stage.makeDeployment({ maxSeries: 6, buckets: ['1h'] });
  const shards = Array.from({ length: 8 }, (_, shard) =>
    Array.from({ length: 4 }, (_, index) =>
      named(index + 1, index === 0 ? 'common' : `own ${shard}`, { shardId: `shardId-00000000000${shard}` }),
    ),
  );
  const instances = await Promise.all(shards.map(() => deployment.start('count')));
  await Promise.all(instances.map((count, shard) => count.invoke(kinesisEvent(shards[shard] ?? []))));
  const first = await deployment.counts();
  const { Names } = (await deployment.control()).CATALOGUE as { Names: string[] };
  expect(new Set(Names).size).toBe(6);
  expect(Names).toContain('common');
  const expected: Record<string, number> = { 'common 1h 2026-11-02T09:00:00Z': 8, '$other 1h 2026-11-02T09:00:00Z': 9 };
  for (const name of Names.filter((name) => name !== 'common')) expected[`${name} 1h 2026-11-02T09:00:00Z`] = 3;
  expect(first).toEqual(expected);

  for (const batch of shards) await deliver(deployment, batch);
  expect(await deployment.counts()).toEqual(expected);
  const overCap = Object.entries(await deployment.control())
    .filter(([item]) => item.startsWith('LEDGER'))
    .reduce((sum, [, item]) => sum + Number(item.OverCap), 0);
  expect(overCap).toBe(9);
});

test('a changed cap takes effect for arrivals from its time on', async () => {
  const deployment = await stage.makeDeployment({ maxSeries: 1, buckets: ['1h'] });
  await deliver(deployment, [named(1, 'a'), named(2, 'b')]);
  deployment.source = { ...deployment.source, maxSeries: 2 };
  await deliver(deployment, [named(3, 'b')]);
  const { Caps } = (await deployment.control()).CATALOGUE as { Caps: { FromMs: number; MaxSeries: number }[] };
  expect(Caps).toEqual([
    { FromMs: 0, MaxSeries: 1 },
    { FromMs: expect.any(Number), MaxSeries: 2 },
  ]);
  const fromMs = Caps[1]?.FromMs ?? 0;
  expect(fromMs).toBeGreaterThan(Date.now());
  await deliver(deployment, [
    named(4, 'b', { arrivalMs: fromMs - 1 }),
    named(5, 'b', { arrivalMs: fromMs }),
    named(6, 'c', { arrivalMs: fromMs }),
  ]);
  expect(await deployment.counts()).toEqual({
    'a 1h 2026-11-02T09:00:00Z': 1,
    '$other 1h 2026-11-02T09:00:00Z': 4,
    'b 1h 2026-11-02T09:00:00Z': 1,
  });
});

test('floors: below all of them into quarantine, below some into the sizes that still keep it', async () => {
  const deployment = await stage.makeDeployment();
  const floor = (FloorMs: number) => [{ FromMs: 0, FloorMs }];
  await put(stage.servers.dynamodb.client, deployment.tables.control, {
    Source: 'web',
    Item: 'FLOORS',
    Floors: { '1m': floor(timeMs - 10 * 60_000), '1h': floor(timeMs - 26 * 3_600_000) },
  });
  await deliver(deployment, [
    named(1, 'kept'),
    named(2, 'hours only', { text: webEvent('hours only', timeMs - 3_600_000) }),
    named(3, 'gone', { text: webEvent('gone', timeMs - 48 * 3_600_000) }),
    named(4, 'ahead', { text: webEvent('ahead', arrivalMs + 2 * 3_600_000 + 1) }),
  ]);
  expect(await deployment.counts()).toEqual({
    'kept 1m 2026-11-02T09:29:00Z': 1,
    'kept 1h 2026-11-02T09:00:00Z': 1,
    'hours only 1h 2026-11-02T08:00:00Z': 1,
  });
  const control = await deployment.control();
  expect(control.CATALOGUE).toMatchObject({ Names: ['kept', 'hours only'] });
  expect(control[`LEDGER#count#2026-11-02#${shardId}`]).toMatchObject({
    Received: 4,
    Counted: 2,
    Quarantined: 2,
    TooOld: 1,
    TooNew: 1,
  });
  expect(Object.values(await deployment.quarantine())).toMatchObject([{ reason: 'too-old' }, { reason: 'too-new' }]);
});

test('malformed records go to S3 under keys that a retry repeats, and the batch is counted', async () => {
  const deployment = await stage.makeDeployment();
  const sent = [
    named(1, 'page view'),
    named(2, '', { text: 'not JSON' }),
    named(3, '', { text: '{"event_type":"page view"}' }),
    named(4, 'click'),
  ];
  await deliver(deployment, sent);
  const objects = await deployment.quarantine();
  const key = (sequence: number) => `quarantine/web/2026-11-02/${shardId}/${sequenceNumber(sequence)}-0.json`;
  expect(Object.keys(objects)).toEqual([key(2), key(3)]);
  expect(objects[key(2)]).toEqual({
    reason: 'not-json',
    detail: expect.any(String),
    index: 0,
    source: 'web',
    shardId,
    sequenceNumber: sequenceNumber(2),
    arrival: '2026-11-02T09:30:00.000Z',
    partitionKey: 'key',
    data: Buffer.from('not JSON').toString('base64'),
  });
  expect(objects[key(3)]).toMatchObject({ reason: 'time-missing' });

  await deliver(deployment, sent.slice(0, 3));
  expect(await deployment.quarantine()).toEqual(objects);
  expect(await deployment.counts()).toEqual(views(1, 1));
  expect((await deployment.control())[`LEDGER#count#2026-11-02#${shardId}`]).toMatchObject({
    Received: 4,
    Counted: 2,
    Quarantined: 2,
    Malformed: 2,
    Redelivered: 3,
  });
});

test('a quarantine that cannot be written fails the batch before its ledger', async () => {
  const deployment = await stage.makeDeployment();
  const count = await deployment.start('count', { DATA_BUCKET: 'no-such-bucket' });
  await expect(count.invoke(kinesisEvent([named(1, '', { text: '[]' })]))).rejects.toThrow();
  expect(Object.keys(await deployment.control())).toEqual(['CATALOGUE']);
});

test('an endpoint that never answers: the invocation throws before its time is up and leaves no request open', async () => {
  const deployment = await stage.makeDeployment();
  const sockets: Socket[] = [];
  const stalled = createServer((socket) => sockets.push(socket.on('error', () => {}).resume())).listen(0, '127.0.0.1');
  await once(stalled, 'listening');
  const address = stalled.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const count = await deployment.start('count', { AWS_ENDPOINT_URL_DYNAMODB: endpoint });
  // Stopped a second before its time is up: a busy machine needs of that what it needs.
  await expect(count.invoke(kinesisEvent(records(1, 5)), 2000)).rejects.toMatchObject({
    message: expect.stringMatching(/abort|stopped/i),
    leftMs: expect.toSatisfy((leftMs: number) => leftMs > 0),
  });
  expect(sockets.length).toBeGreaterThan(0);
  await Promise.all(sockets.map((socket) => socket.closed || once(socket, 'close')));
  stalled.close();
  await once(stalled, 'close');
});

test('writes that stall are stopped too, and what went through is not counted again', async () => {
  const deployment = await stage.makeDeployment();
  await deliver(deployment, records(1, 1));
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const count = await deployment.start('count');
  stage.servers.proxy.decide = async ({ input }): Promise<Fate> => {
    if (JSON.stringify(input).includes('1m#')) await released;
    return 'pass';
  };
  await expect(count.invoke(kinesisEvent(records(1, 5)), 1000)).rejects.toThrow(/abort|stopped/i);
  // The writes that were on their way arrive late.
  release();
  stage.servers.proxy.decide = () => 'pass';
  await deliver(deployment, records(1, 5));
  await deliver(deployment, records(1, 5));
  expect(await deployment.counts()).toEqual(views(3, 2));
});

test('an invocation is one line of the log, without names and payloads, also when it fails', async () => {
  const deployment = await stage.makeDeployment();
  const count = await deployment.start('count', { AWS_LAMBDA_LOG_LEVEL: 'INFO' });
  const sent = [named(1, 'secret name'), named(2, '', { text: 'secret payload' })];
  await count.invoke(kinesisEvent(sent));
  stage.servers.proxy.decide = () => ({ fault: 'AccessDeniedException', status: 400 });
  await expect(count.invoke(kinesisEvent(sent))).rejects.toThrow();
  await count.end();
  expect(count.logs).not.toContain('secret');
  const lines = count.logs
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    {
      level: 'INFO',
      message: 'counted',
      service: 'count',
      source: 'web',
      shardId,
      records: 2,
      events: 2,
      partials: 2,
      quarantined: 1,
      firstSequence: sequenceNumber(1),
      lastSequence: sequenceNumber(2),
    },
    { level: 'ERROR', message: 'not counted', shardId, records: 2, error: { name: 'Error' } },
  ]);
});
