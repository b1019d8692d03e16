import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { EngineClock } from '../clock.ts';
import { type DynamoDbServer, startDynamoDbServer } from '../services/dynamodb/server.ts';
import { DynamoDbSource } from './dynamodb-source.ts';
import { EventSourceMapping } from './mapping.ts';
import { memoryPositions } from './positions.ts';
import { readSettings, type StartingPosition } from './settings.ts';

vi.setConfig({ testTimeout: 60_000 });

let server: DynamoDbServer;
let dynamodb: DynamoDBClient;
let streams: DynamoDBStreamsClient;
const mappings: EventSourceMapping[] = [];

beforeAll(async () => {
  server = await startDynamoDbServer({ java: 'java' });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const client = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } };
  dynamodb = new DynamoDBClient(client);
  streams = new DynamoDBStreamsClient(client);
}, 60_000);

afterAll(async () => {
  await Promise.all(mappings.map((mapping) => mapping.stop()));
  dynamodb.destroy();
  streams.destroy();
  await server.stop();
});

async function table(TableName: string): Promise<string> {
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  return TableDescription?.LatestStreamArn ?? '';
}

interface Change {
  readonly eventName: string;
  readonly dynamodb: {
    readonly Keys: { readonly id: { readonly S: string } };
    /** Seconds. */
    readonly ApproximateCreationDateTime: number;
  };
}

async function mapped(
  streamArn: string,
  settings: Readonly<Record<string, unknown>> = {},
  startingPosition: StartingPosition = { at: 'TRIM_HORIZON' },
) {
  const read = readSettings(settings);
  if (!read.ok) throw new Error(read.mistakes.join('\n'));
  const batches: Change[][] = [];
  const events: Readonly<Record<string, unknown>>[] = [];
  // Not the wall's time, and faster.
  const clock = new EngineClock({ startMs: Date.UTC(2031, 0, 2), factor: 100 });
  const mapping = new EventSourceMapping({
    uuid: streamArn,
    functionName: 'publisher',
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:publisher',
    region: 'us-east-1',
    source: new DynamoDbSource({ client: streams, clock, streamArn, region: 'us-east-1' }),
    settings: read.settings,
    startingPosition,
    invoker: {
      async invokeJson(_, eventJson) {
        const { Records, ...event } = JSON.parse(eventJson) as { Records: Change[] };
        batches.push(Records);
        events.push(event);
        return { ok: true, payload: { state: { changes: batches.flat().length } } };
      },
    },
    clock,
    positions: memoryPositions(),
    dispatch: () => Promise.reject(new Error('no destination')),
  });
  mappings.push(mapping);
  return { mapping, batches, events };
}

const put = (TableName: string, id: string) =>
  dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: id }, n: { N: '1' } } }));

it('delivers changes as Lambda shapes them, in order', async () => {
  const streamArn = await table('shapes');
  const { mapping, batches } = await mapped(streamArn);
  await mapping.start();
  const bytes = new Uint8Array([0, 255]);
  const Item = {
    id: { S: 'a' },
    b: { B: bytes },
    l: { L: [{ BS: [bytes] }, { M: { t: { BOOL: true } } }, { NULL: true }] },
  };
  await dynamodb.send(new PutItemCommand({ TableName: 'shapes', Item }));
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: 'shapes',
      Key: { id: { S: 'a' } },
      UpdateExpression: 'SET n = :one REMOVE b, l',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    }),
  );
  await dynamodb.send(new DeleteItemCommand({ TableName: 'shapes', Key: { id: { S: 'a' } } }));
  await mapping.idle();
  const image = {
    id: { S: 'a' },
    b: { B: 'AP8=' },
    l: { L: [{ BS: ['AP8='] }, { M: { t: { BOOL: true } } }, { NULL: true }] },
  };
  const next = { id: { S: 'a' }, n: { N: '1' } };
  const change = (eventName: string, images: object) => ({
    eventID: expect.stringMatching(/^[0-9a-f-]{36}$/),
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: {
      ApproximateCreationDateTime: expect.any(Number),
      Keys: { id: { S: 'a' } },
      ...images,
      SequenceNumber: expect.stringMatching(/^\d+$/),
      SizeBytes: expect.any(Number),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: streamArn,
  });
  const changes = batches.flat();
  expect(changes).toEqual([
    change('INSERT', { NewImage: image }),
    change('MODIFY', { OldImage: image, NewImage: next }),
    change('REMOVE', { OldImage: next }),
  ]);
  const seconds = changes[0]?.dynamodb.ApproximateCreationDateTime ?? 0;
  expect(new Date(seconds * 1000).toISOString()).toMatch(/^2031-01-0[12]/);
  expect(Number.isInteger(seconds)).toBe(true);
});

it('passes over what was there before LATEST', async () => {
  const { mapping, batches } = await mapped(await table('latest'), {}, { at: 'LATEST' });
  await put('latest', 'before');
  // The stream follows the table.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await mapping.start();
  await put('latest', 'after');
  await mapping.idle();
  expect(batches.flat().map((change) => change.dynamodb.Keys.id.S)).toEqual(['after']);
});

it('goes on where it was disabled, and filters', async () => {
  const Pattern = '{"eventName":["INSERT"],"dynamodb":{"Keys":{"id":{"S":[{"prefix":"k"}]}}}}';
  const { mapping, batches } = await mapped(await table('filtered'), { FilterCriteria: { Filters: [{ Pattern }] } });
  await mapping.start();
  for (const id of ['k1', 'x', 'k2', 'k1']) await put('filtered', id);
  await mapping.idle();
  mapping.update(false);
  await mapping.settled();
  await put('filtered', 'k3');
  mapping.update(true);
  await mapping.settled();
  await mapping.idle();
  expect(batches.flat().map((change) => change.dynamodb.Keys.id.S)).toEqual(['k1', 'k2', 'k3']);
});

it('takes changes into tumbling windows', async () => {
  const streamArn = await table('windows');
  const { mapping, batches, events } = await mapped(streamArn, { TumblingWindowInSeconds: 900 });
  await mapping.start();
  await put('windows', 'a');
  await mapping.idle();
  await mapping.idle({ closeWindows: true });
  expect(batches.map((batch) => batch.map((change) => change.dynamodb.Keys.id.S))).toEqual([['a'], []]);
  const event = {
    window: {
      start: expect.stringMatching(/^2031-01-0\dT\d\d:\d[05]:00Z$/),
      end: expect.stringMatching(/^2031-01-0\dT\d\d:\d[05]:00Z$/),
    },
    shardId: expect.stringMatching(/^shardId-/),
    eventSourceARN: streamArn,
    isWindowTerminatedEarly: false,
  };
  expect(events).toEqual([
    { ...event, state: {}, isFinalInvokeForWindow: false },
    { ...event, state: { changes: 1 }, isFinalInvokeForWindow: true },
  ]);
});

it('misses nothing of what is written under load', async () => {
  const { mapping, batches } = await mapped(await table('load'), {
    BatchSize: 1000,
    MaximumBatchingWindowInSeconds: 10,
  });
  await mapping.start();
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let nth = 0; nth < 40; nth += 1) await put('load', `${writer}/${nth}`);
    }),
  );
  await mapping.idle({ endWindows: true });
  const ids = batches.flat().map((change) => change.dynamodb.Keys.id.S);
  expect(ids).toHaveLength(320);
  expect(new Set(ids).size).toBe(320);
  for (let writer = 0; writer < 8; writer += 1) {
    const own = ids.filter((id) => id.startsWith(`${writer}/`));
    expect(own).toEqual(Array.from({ length: 40 }, (_, nth) => `${writer}/${nth}`));
  }
});
