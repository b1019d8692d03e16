import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kinesisEvent, sequenceNumber, webEvent } from '../../test/events.ts';
import type { Deployment } from '../../test/stage.ts';
import { Stage } from '../../test/stage.ts';

const startMs = Date.parse('2026-11-02T23:59:59.999Z');
const shardId = 'shardId-000000000000';
const checkpoint = `CHECKPOINT#archive#${shardId}`;
const fence = (sequence: number) => `056:${sequenceNumber(sequence)}`;
const keyOf = (first: number, last: number, day = '2026-11-02') =>
  `archive/web/${shardId}/${day}/${fence(first)}-${fence(last)}.jsonl.gz`;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage?.stop());

/** Records whose arrivals are a millisecond apart. */
function eventOf(first: number, last: number) {
  const sequences = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return kinesisEvent(
    sequences.map((sequence) => ({
      ...{ sequence, text: webEvent('page view', startMs), arrivalMs: startMs + sequence - 1 },
    })),
  );
}

async function linesOf(deployment: Deployment): Promise<Record<string, string[]>> {
  const objects = Object.entries(await deployment.objects());
  return Object.fromEntries(
    objects.map(([key, body]) => [key, gunzipSync(body).toString('utf8').trimEnd().split('\n')]),
  );
}

test('a batch becomes an object under the day of its first record, and then a checkpoint', async () => {
  const deployment = await stage.makeDeployment();
  await deployment.deliver('archive', eventOf(1, 3));
  const data = Buffer.from(webEvent('page view', startMs)).toString('base64');
  expect(await linesOf(deployment)).toEqual({
    [keyOf(1, 3)]: [1, 2, 3].map((sequence) =>
      JSON.stringify({
        sequenceNumber: sequenceNumber(sequence),
        partitionKey: 'key',
        arrivalMs: startMs + sequence - 1,
        data,
      }),
    ),
  });
  expect(await deployment.control()).toEqual({
    [checkpoint]: {
      LastSequence: fence(3),
      ArrivalMs: startMs + 2,
      PreviousArrivalMs: startMs + 2,
      Received: 3,
    },
  });
  expect(stage.servers.proxy.calls).toEqual(['UpdateItem']);
});

test('records are kept as they came, whatever they hold', async () => {
  const deployment = await stage.makeDeployment();
  const event = kinesisEvent([1, 2, 3].map((sequence) => ({ sequence, text: '', arrivalMs: startMs })));
  const payloads = [
    gzipSync('{"event_type":"page view"}'),
    // The magic bytes of a KPL aggregate, and a spoiled one after them.
    Buffer.from('f3899ac2000102030405', 'hex'),
    Buffer.from([0xff, 0x00, 0x0a]),
  ].map((bytes) => bytes.toString('base64'));
  for (const [index, data] of payloads.entries()) {
    const { kinesis } = event.Records[index] ?? {};
    if (kinesis) Object.assign(kinesis, { data, partitionKey: `Pegasus\n"${index}" 🦄` });
  }
  await deployment.deliver('archive', event);
  const [lines = []] = Object.values(await linesOf(deployment));
  expect(lines.map((line) => JSON.parse(line))).toMatchObject(
    payloads.map((data, index) => ({ data, partitionKey: `Pegasus\n"${index}" 🦄` })),
  );
});

test('a batch that comes again writes the same bytes, and leaves a checkpoint that stands further on', async () => {
  const deployment = await stage.makeDeployment();
  const instance = await deployment.start('archive');
  await instance.invoke(eventOf(1, 3));
  const first = await deployment.objects();
  await instance.invoke(eventOf(4, 5));
  const [standing, objects] = [await deployment.control(), await deployment.objects()];
  await instance.invoke(eventOf(1, 3));
  expect(await deployment.objects()).toEqual(objects);
  expect(objects).toMatchObject(first);
  expect(await deployment.control()).toEqual(standing);
  expect(standing[checkpoint]).toMatchObject({ LastSequence: fence(5), Received: 2, PreviousArrivalMs: startMs + 2 });
  await instance.end();
  // Nor does a fresh instance write others.
  await deployment.deliver('archive', eventOf(1, 3));
  expect(await deployment.objects()).toEqual(objects);
});

test('batches with other bounds lie beside each other: a shorter one takes the place of none', async () => {
  const deployment = await stage.makeDeployment();
  const instance = await deployment.start('archive');
  for (const [first, last] of [
    [1, 4],
    [1, 2],
    [3, 6],
  ] as const)
    await instance.invoke(eventOf(first, last));
  await instance.end();
  const lines = await linesOf(deployment);
  expect(Object.entries(lines).map(([key, { length }]) => [key, length])).toEqual([
    [keyOf(1, 2), 2],
    [keyOf(1, 4), 4],
    [keyOf(3, 6, '2026-11-03'), 4],
  ]);
  expect((await deployment.control())[checkpoint]).toMatchObject({ LastSequence: fence(6) });
});

test('of two instances at once with the same batch, both succeed', async () => {
  const deployment = await stage.makeDeployment();
  const instances = await Promise.all([deployment.start('archive'), deployment.start('archive')]);
  await Promise.all(instances.map((instance) => instance.invoke(eventOf(1, 50))));
  await Promise.all(instances.map((instance) => instance.end()));
  expect(Object.keys(await deployment.objects())).toEqual([keyOf(1, 50)]);
  expect((await deployment.control())[checkpoint]).toMatchObject({ LastSequence: fence(50), Received: 50 });
});

test('without its object there is no checkpoint', async () => {
  const deployment = await stage.makeDeployment();
  const instance = await deployment.start('archive', { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' });
  await expect(instance.invoke(eventOf(1, 3))).rejects.toThrow(/ECONNREFUSED/);
  await instance.end();
  expect(await deployment.control()).toEqual({});
  expect(stage.servers.proxy.calls).toEqual([]);
});

test('a checkpoint that is not written fails the batch, which comes again', async () => {
  const deployment = await stage.makeDeployment();
  stage.servers.proxy.decide = () => ({ fault: 'AccessDeniedException', status: 400 });
  const instance = await deployment.start('archive');
  await expect(instance.invoke(eventOf(1, 3))).rejects.toThrow();
  expect(Object.keys(await deployment.objects())).toEqual([keyOf(1, 3)]);
  stage.servers.proxy.reset();
  await instance.invoke(eventOf(1, 3));
  await instance.end();
  expect((await deployment.control())[checkpoint]).toMatchObject({ LastSequence: fence(3) });
});

test('an invocation is one line of the log, without payloads, also when it fails', async () => {
  const deployment = await stage.makeDeployment();
  const instance = await deployment.start('archive', { AWS_LAMBDA_LOG_LEVEL: 'INFO' });
  await instance.invoke(kinesisEvent([{ sequence: 1, text: 'secret payload', arrivalMs: startMs }]));
  const data = Buffer.from('secret payload').toString('base64');
  stage.servers.proxy.decide = () => ({ fault: 'AccessDeniedException', status: 400 });
  await expect(instance.invoke(eventOf(2, 3))).rejects.toThrow();
  stage.servers.proxy.reset();
  await instance.end();
  expect(instance.logs).not.toContain(data);
  const lines = instance.logs
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const [body = new Uint8Array()] = Object.values(await deployment.objects());
  expect(lines).toMatchObject([
    {
      ...{ level: 'INFO', message: 'archived', service: 'archive', source: 'web', shardId, records: 1 },
      ...{ firstSequence: sequenceNumber(1), lastSequence: sequenceNumber(1), objectKey: keyOf(1, 1) },
      bytes: gunzipSync(body).byteLength,
      compressedBytes: body.byteLength,
    },
    { level: 'ERROR', message: 'not archived', records: 2, error: { name: 'AccessDeniedException' } },
  ]);
});

test('a batch that is out of order is no batch', async () => {
  const deployment = await stage.makeDeployment();
  const [one, two] = [eventOf(2, 2), eventOf(1, 1)];
  const instance = await deployment.start('archive');
  await expect(instance.invoke({ Records: [...one.Records, ...two.Records] })).rejects.toThrow(/does not come after/);
  await instance.end();
  expect(await deployment.objects()).toEqual({});
});
