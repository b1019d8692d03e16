import { expect, it } from 'vitest';
import { afterwards, hostedMapping } from '../../test/hosted-mapping.ts';
import { startFauxqs } from '../services/s3/fauxqs.ts';
import { s3Service } from '../services/s3/service.ts';
import type { Dispatch } from './destination.ts';

/* Mappings together with real sandboxes: what an invocation's end means for its batch. */

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

it('delivers everything at least once while sandboxes are killed', async () => {
  const code = `export const handler = async (event) => {
    write(textsOf(event)); await new Promise((r) => setTimeout(r, 15)); };`;
  const { mapping, host, put, lines, events } = await hostedMapping({ code, settings: { BatchSize: 20 } });
  await mapping.start();
  let over = false;
  const killing = (async () => {
    for (let kill = 0; kill < 8 && !over; kill += 1) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      await host.kill('inline');
    }
  })();
  await put(numbers(300));
  await killing;
  await mapping.idle();
  over = true;
  expect(new Set(lines<string[]>().flat())).toEqual(new Set(numbers(300)));
  expect(events.length).toBeGreaterThan(0);
  expect(events.every(({ reason }) => /Runtime\.ExitError: .*signal: killed$/.test(reason))).toBe(true);
});

it('isolates a record that crashes the process, and keeps it in S3', async () => {
  const fauxqs = await startFauxqs({ region: 'us-east-1' });
  afterwards(() => fauxqs.close());
  const s3 = s3Service(fauxqs);
  await fauxqs.send({ method: 'PUT', url: '/dead', headers: { host: '127.0.0.1' }, body: Buffer.alloc(0) });
  const code = `export const handler = async (event) => {
    if (textsOf(event).includes('13')) process.exit(1); write(textsOf(event)); };`;
  const settings = {
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 1,
    DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::dead' } },
  };
  const dispatch: Dispatch = (request) => s3.handle(request);
  const { mapping, put, lines, events } = await hostedMapping({ code, settings, dispatch });
  await put(numbers(20));
  await mapping.start();
  await mapping.idle();
  expect(lines<string[]>().flat().sort()).toEqual(
    numbers(20)
      .filter((each) => each !== '13')
      .sort(),
  );
  expect(events.filter(({ kind }) => kind === 'lost')).toEqual([]);
  const list = await fauxqs.send({
    method: 'GET',
    url: '/dead?list-type=2',
    headers: { host: '127.0.0.1' },
    body: Buffer.alloc(0),
  });
  const keys = [...list.body.toString().matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key ?? '');
  expect(keys).toEqual([
    expect.stringMatching(/^aws\/lambda\/00000000-0000-4000-8000-000000000002\/shardId-\d{12}\/\d{4}\/\d\d\/\d\d\//),
  ]);
  const object = await fauxqs.send({
    method: 'GET',
    url: `/dead/${keys[0]}`,
    headers: { host: '127.0.0.1' },
    body: Buffer.alloc(0),
  });
  const { payload, requestContext } = JSON.parse(object.body.toString());
  expect(requestContext).toMatchObject({ condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 });
  const [record] = JSON.parse(payload).Records;
  expect(Buffer.from(record.kinesis.data, 'base64').toString()).toBe('13');
});

it('retries a batch that the timeout cut off', async () => {
  const code = `let slow = true; import { existsSync } from 'node:fs';
    export const handler = async (event) => {
      const first = !existsSync(process.env.OUT); write(textsOf(event));
      if (first) await new Promise((r) => setTimeout(r, 60000)); };`;
  const { mapping, put, lines, events } = await hostedMapping({ code, definition: { timeoutSeconds: 1 } });
  await put(['a']);
  await mapping.start();
  await mapping.idle();
  expect(lines<string[]>()).toEqual([['a'], ['a']]);
  expect(events).toMatchObject([
    { kind: 'failed', reason: expect.stringMatching(/^Sandbox\.Timedout: .*1\.00 seconds$/) },
  ]);
});

it('publishes the age of every batch that is sent, each error, and what its destination did not take', async () => {
  const code = `export const handler = async () => { throw new Error('no'); };`;
  const DestinationConfig = { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:dead' } };
  const settings = { MaximumRetryAttempts: 2, DestinationConfig };
  const { mapping, put, sum, clock } = await hostedMapping({ code, settings });
  await put(['a']);
  clock.advance(60_000);
  await mapping.start();
  await mapping.idle();
  expect([sum('Invocations'), sum('Errors'), sum('DestinationDeliveryFailures')]).toEqual([3, 3, 1]);
  expect(sum('IteratorAge')).toBeGreaterThanOrEqual(3 * 60_000);
});

it('delivers tens of thousands of records in batches of up to 10,000', async () => {
  const code = 'export const handler = async (event) => { write(textsOf(event)); };';
  const { mapping, put, lines } = await hostedMapping({
    code,
    settings: { BatchSize: 10_000 },
    definition: { memoryMb: 512 },
  });
  await put(numbers(30_000));
  await mapping.start();
  await mapping.idle();
  const batches = lines<string[]>();
  expect(new Set(batches.flat()).size).toBe(30_000);
  expect(batches.flat()).toHaveLength(30_000);
  // 10,000 records of this size are above 6 MB of event.
  expect(batches.length).toBeLessThanOrEqual(5);
});
