import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { inlineFunction } from '../../test/inline-function.ts';
import { EngineClock } from '../clock.ts';
import type { FunctionDefinition } from '../lambda/definition.ts';
import { LambdaHost } from '../lambda/host.ts';
import { KinesisServer } from '../services/kinesis/server.ts';
import { startFauxqs } from '../services/s3/fauxqs.ts';
import { s3Service } from '../services/s3/service.ts';
import type { Dispatch } from './destination.ts';
import { KinesisSource } from './kinesis-source.ts';
import { EventSourceMapping, type MappingEvent } from './mapping.ts';
import { memoryPositions } from './positions.ts';
import { readSettings } from './settings.ts';

/* Mappings together with real sandboxes: what an invocation's end means for its batch. */

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Handlers write what they saw, a line an invocation, to the file that OUT names. */
const reading = `
  import { appendFileSync } from 'node:fs';
  const textsOf = (event) => event.Records.map((record) => Buffer.from(record.kinesis.data, 'base64').toString());
  const write = (texts) => appendFileSync(process.env.OUT, JSON.stringify(texts) + '\\n');`;

async function hosted(
  code: string,
  settings: Readonly<Record<string, unknown>>,
  overrides: Partial<FunctionDefinition> = {},
  dispatch: Dispatch = () => Promise.reject(new Error('no destination')),
) {
  const clock = new EngineClock({ factor: 100 });
  const kinesis = new KinesisServer({ clock });
  await kinesis.invoke('CreateStream', { StreamName: 'web', ShardCount: 2 });
  const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-out-'));
  const out = path.join(folder, 'out');
  const { definition, remove } = inlineFunction(reading + code, { environment: { OUT: out }, ...overrides });
  const host = new LambdaHost({ clock, region: 'us-east-1', endpoint: () => 'http://127.0.0.1:1' });
  host.deploy(definition);
  const read = readSettings(settings);
  if (!read.ok) throw new Error(read.mistakes.join('\n'));
  const events: MappingEvent[] = [];
  const mapping = new EventSourceMapping({
    uuid: '00000000-0000-4000-8000-000000000002',
    functionName: definition.functionName,
    functionArn: definition.functionArn,
    region: 'us-east-1',
    source: new KinesisSource({
      server: kinesis,
      clock,
      streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/web',
      region: 'us-east-1',
      role: definition.role,
    }),
    settings: read.settings,
    startingPosition: { at: 'TRIM_HORIZON' },
    invoker: host,
    clock,
    positions: memoryPositions(),
    dispatch,
    observe: (event) => events.push(event),
  });
  cleanups.push(
    () => rmSync(folder, { recursive: true, force: true }),
    remove,
    () => host.close(),
    () => mapping.stop(),
  );
  const put = async (texts: readonly string[]) => {
    for (let from = 0; from < texts.length; from += 500) {
      const Records = texts.slice(from, from + 500).map((text) => ({ Data: Buffer.from(text), PartitionKey: text }));
      await kinesis.invoke('PutRecords', { StreamName: 'web', Records });
    }
  };
  const seen = (): string[][] => {
    const text = readFileSync(out, 'utf8');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as string[]);
  };
  return { mapping, host, put, seen, events };
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

it('delivers everything at least once while sandboxes are killed', async () => {
  const code = `export const handler = async (event) => {
    write(textsOf(event)); await new Promise((r) => setTimeout(r, 15)); };`;
  const { mapping, host, put, seen, events } = await hosted(code, { BatchSize: 20 });
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
  expect(new Set(seen().flat())).toEqual(new Set(numbers(300)));
  expect(events.length).toBeGreaterThan(0);
  expect(events.every(({ reason }) => /Runtime\.ExitError: .*signal: killed$/.test(reason))).toBe(true);
});

it('isolates a record that crashes the process, and keeps it in S3', async () => {
  const fauxqs = await startFauxqs({ region: 'us-east-1' });
  cleanups.push(() => fauxqs.close());
  const s3 = s3Service(fauxqs);
  await fauxqs.send({ method: 'PUT', url: '/dead', headers: { host: '127.0.0.1' }, body: Buffer.alloc(0) });
  const code = `export const handler = async (event) => {
    if (textsOf(event).includes('13')) process.exit(1); write(textsOf(event)); };`;
  const settings = {
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 1,
    DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::dead' } },
  };
  const { mapping, put, seen, events } = await hosted(code, settings, {}, (request) => s3.handle(request));
  await put(numbers(20));
  await mapping.start();
  await mapping.idle();
  expect(seen().flat().sort()).toEqual(
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
  const { mapping, put, seen, events } = await hosted(code, {}, { timeoutSeconds: 1 });
  await put(['a']);
  await mapping.start();
  await mapping.idle();
  expect(seen()).toEqual([['a'], ['a']]);
  expect(events).toMatchObject([
    { kind: 'failed', reason: expect.stringMatching(/^Sandbox\.Timedout: .*1\.00 seconds$/) },
  ]);
});

it('delivers tens of thousands of records in batches of up to 10,000', async () => {
  const code = 'export const handler = async (event) => { write(textsOf(event)); };';
  const { mapping, put, seen } = await hosted(code, { BatchSize: 10_000 }, { memoryMb: 512 });
  await put(numbers(30_000));
  await mapping.start();
  await mapping.idle();
  const batches = seen();
  expect(new Set(batches.flat()).size).toBe(30_000);
  expect(batches.flat()).toHaveLength(30_000);
  // 10,000 records of this size are above 6 MB of event.
  expect(batches.length).toBeLessThanOrEqual(5);
});
