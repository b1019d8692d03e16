import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredRecord } from '../../test/kinesis.ts';
import type { Fate } from '../../test/metering-proxy.ts';
import type { Rides } from '../../test/rides.ts';
import { figures, RidesStage, reading } from '../../test/rides.ts';

const startMs = Date.parse('2026-11-02T09:30:00Z');
const shardId = 'shardId-000000000000';
const checkpoint = `CHECKPOINT#window#${shardId}`;
const ledger = `LEDGER#window#2026-11-02#${shardId}`;
const refusal: Fate = { fault: 'AccessDeniedException', status: 400 };

let stage: RidesStage;
beforeAll(async () => {
  stage = await RidesStage.start();
});
afterAll(() => stage?.stop());

/** Of Pegasus and Hoshi in turns: 1, 2, 4, 8, ... */
async function putPairs(shard: Rides, pairs: number): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  for (let index = 0; index < 2 * pairs; index += 1) {
    const name = index % 2 === 0 ? 'Pegasus' : 'Hoshi';
    records.push(await shard.stream.put(reading(name, 2 ** index), startMs + index));
  }
  return records;
}

/** What the rows must hold of so many pairs. */
function rowsOf(pairs: number) {
  const [pegasus, hoshi] = [1, 2].map((first) => {
    const values = Array.from({ length: pairs }, (_, index) => first * 4 ** index);
    const sum = values.reduce((total, value) => total + value, 0);
    return figures(pairs, sum, first, values.at(-1) ?? 0);
  });
  return {
    'Hoshi w60 2026-11-02T09:30:00Z 000000000000': hoshi,
    'Pegasus w60 2026-11-02T09:30:00Z 000000000000': pegasus,
  };
}

test('every answer is lost once, after its effect', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await putPairs(shard, 4);
  const seen = new Set<string>();
  const isNew = (operation: string, input: unknown): boolean => {
    const request = operation + JSON.stringify(input);
    const fresh = !seen.has(request);
    seen.add(request);
    return fresh;
  };
  stage.proxy.decide = ({ operation, input }) => (isNew(operation, input) ? 'lose-answer' : 'pass');
  stage.kinesis.decide = ({ operation, input }) => (isNew(operation, input) ? 'lose-answer' : 'pass');
  await shard.deliver({ records: records.slice(0, 4), ending: 'final' });
  // The other bounds of a repeat make parts straddle: the answers to what mends them are lost, too.
  await shard.deliver({ records: records.slice(0, 6), state: {}, ending: 'final' });
  await shard.deliver({ records: records.slice(6), ending: 'final' });
  expect(await shard.windows()).toEqual(rowsOf(4));
  expect(await shard.control(ledger)).toMatchObject({ Received: 8, Counted: 8 });
  expect(stage.kinesis.calls).toContain('GetRecords');
});

test('throttled calls are tried again', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await putPairs(shard, 2);
  stage.kinesis.decide = ({ number }) => (number === 0 ? { fault: 'ProvisionedThroughputExceededException' } : 'pass');
  stage.proxy.decide = ({ operation, number }) =>
    operation === 'UpdateItem' && number < 3
      ? { fault: 'ProvisionedThroughputExceededException', status: 400 }
      : 'pass';
  await shard.deliver({ records, ending: 'final' });
  expect(await shard.windows()).toEqual(rowsOf(2));
});

test.each(['GetShardIterator', 'GetRecords'])(
  'a look at the stream that fails at %s fails the invocation',
  async (name) => {
    const shard = await stage.makeRides(startMs - 1000);
    const records = await putPairs(shard, 2);
    stage.kinesis.decide = ({ operation }) => (operation === name ? { fault: 'AccessDeniedException' } : 'pass');
    await expect(shard.deliver({ records })).rejects.toThrow('AccessDeniedException');
    expect(Object.keys(await shard.deployment.control())).toEqual(['CATALOGUE']);
  },
);

test('one write that fails fails the close after all others are done, and nothing after it is begun', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await putPairs(shard, 3);
  await shard.deliver({ records });
  stage.proxy.decide = ({ input }) => (JSON.stringify(input).includes('"Hoshi"') ? refusal : 'pass');
  await expect(shard.deliver({ ending: 'final' })).rejects.toThrow('AccessDeniedException');
  const { 'Pegasus w60 2026-11-02T09:30:00Z 000000000000': pegasus } = rowsOf(3);
  expect(await shard.windows()).toEqual({ 'Pegasus w60 2026-11-02T09:30:00Z 000000000000': pegasus });
  expect(Object.keys(await shard.deployment.control())).toEqual(['CATALOGUE']);

  stage.proxy.decide = ({ input }) => (JSON.stringify(input).includes('LEDGER#') ? refusal : 'pass');
  await expect(shard.deliver({ ending: 'final' })).rejects.toThrow('AccessDeniedException');
  expect(await shard.windows()).toEqual(rowsOf(3));
  expect(await shard.control(checkpoint)).toBeUndefined();

  stage.reset();
  await shard.deliver({ ending: 'final' });
  expect(await shard.windows()).toEqual(rowsOf(3));
  expect(await shard.control(ledger)).toMatchObject({ Received: 6, Redelivered: 0 });
  expect(await shard.control(checkpoint)).toMatchObject({ Received: 6 });
});

test('a quarantine that cannot be written fails the invocation, and a close before its ledger', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = [await shard.stream.put('spoiled', startMs)];
  const instance = await shard.start({ DATA_BUCKET: 'no-such-bucket' });
  await expect(shard.deliver({ records, instance })).rejects.toThrow();
  await expect(shard.deliver({ records, instance, ending: 'final' })).rejects.toThrow();
  expect(Object.keys(await shard.deployment.control())).toEqual(['CATALOGUE']);
});

test('two invocations at once, of one close and of others with other bounds', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await putPairs(shard, 10);
  const instances = await Promise.all([shard.start(), shard.start(), shard.start()]);
  for (let round = 0; round < 4; round += 1) {
    const from = 5 * round;
    const ends = [from + 5, from + 5, from + 3];
    await Promise.allSettled(
      instances.map((instance, index) =>
        shard.deliver({ records: records.slice(from, ends[index]), instance, state: {}, ending: 'final' }),
      ),
    );
    // Whoever threw is tried again, as Lambda would.
    await shard.deliver({ records: records.slice(from, from + 5), state: {}, ending: 'final' });
  }
  expect(await shard.windows()).toEqual(rowsOf(10));
  expect(await shard.control(ledger)).toMatchObject({ Received: 20, Counted: 20 });
});

test.each([
  [
    'a row',
    (input: Record<string, unknown>) => JSON.stringify(input).includes('"Pegasus"') && 'UpdateExpression' in input,
  ],
  [
    'a ledger',
    (input: Record<string, unknown>) => JSON.stringify(input).includes('LEDGER#') && 'UpdateExpression' in input,
  ],
])(
  '%s that moves between the two updates of an invocation fails it, and the next one writes the rest',
  async (_, isOf) => {
    const shard = await stage.makeRides(startMs - 1000);
    const records = await putPairs(shard, 4);
    await shard.deliver({ records: records.slice(0, 2), ending: 'final' });
    const intruder = await shard.start({ AWS_ENDPOINT_URL_DYNAMODB: shard.deployment.stage.servers.dynamodb.endpoint });
    stage.reset();
    // The last update of the kind is the one that mends.
    let isMending = false;
    let intruded = 0;
    stage.kinesis.decide = () => {
      isMending = true;
      return 'pass';
    };
    stage.proxy.decide = async ({ input }): Promise<Fate> => {
      if (isMending && isOf(input) && intruded === 0) {
        intruded += 1;
        await shard.deliver({ records: records.slice(0, 5), state: {}, ending: 'final', instance: intruder });
      }
      return 'pass';
    };
    await expect(shard.deliver({ records, state: {}, ending: 'final' })).rejects.toThrow(/two invocations/);
    expect(intruded).toBe(1);
    stage.reset();
    await shard.deliver({ records, state: {}, ending: 'final' });
    expect(await shard.windows()).toEqual(rowsOf(4));
    expect(await shard.control(ledger)).toMatchObject({ Received: 8, Counted: 8 });
  },
);

test.each(['DYNAMODB', 'KINESIS', 'S3'])(
  'an endpoint of %s that never answers: the invocation throws before its time is up and leaves no request open',
  async (service) => {
    const shard = await stage.makeRides(startMs - 1000);
    const records = [...(await putPairs(shard, 1)), await shard.stream.put('spoiled', startMs + 10)];
    const sockets: Socket[] = [];
    const stalled = createServer((socket) => sockets.push(socket.on('error', () => {}).resume()));
    stalled.listen(0, '127.0.0.1');
    await once(stalled, 'listening');
    const address = stalled.address();
    const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const instance = await shard.start({ [`AWS_ENDPOINT_URL_${service}`]: endpoint });
    // Stopped a second before its time is up: a busy machine needs of that what it needs.
    await expect(shard.deliver({ records, instance, remainingMs: 2000 })).rejects.toMatchObject({
      message: expect.stringMatching(/abort|stopped/i),
      leftMs: expect.toSatisfy((leftMs: number) => leftMs > 0),
    });
    expect(sockets.length).toBeGreaterThan(0);
    await Promise.all(sockets.map((socket) => socket.closed || once(socket, 'close')));
    stalled.close();
    await once(stalled, 'close');
  },
);

test('writes that stall are stopped too, and what went through is not added again', async () => {
  const shard = await stage.makeRides(startMs - 1000);
  const records = await putPairs(shard, 3);
  await shard.deliver({ records: records.slice(0, 2), ending: 'final' });
  await shard.deliver({ records: records.slice(2) });
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  stage.proxy.decide = async ({ input }): Promise<Fate> => {
    if (JSON.stringify(input).includes('"Pegasus"')) await released;
    return 'pass';
  };
  await expect(shard.deliver({ ending: 'final', remainingMs: 1000 })).rejects.toThrow(/abort|stopped/i);
  // The writes that were on their way arrive late.
  release();
  stage.reset();
  await shard.deliver({ ending: 'final' });
  expect(await shard.windows()).toEqual(rowsOf(3));
  expect(await shard.control(ledger)).toMatchObject({ Received: 6, Redelivered: 0 });
});
