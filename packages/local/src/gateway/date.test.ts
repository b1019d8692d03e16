import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test, vi } from 'vitest';
import { dateAnswers } from './date.ts';
import { type Gateway, startGateway } from './gateway.ts';
import type { AwsResponse } from './service.ts';

let gateway: Gateway | undefined;
let client: DynamoDBClient | undefined;

afterEach(async () => {
  vi.useRealTimers();
  client?.destroy();
  await gateway?.close();
});

/** How often a function calls that gets a refused condition for an answer, while its clock and the engine's are hours off the wall's. */
async function callsFor(accessKeyId: string): Promise<number> {
  const nowMs = Date.now() + 6 * 3_600_000;
  let calls = 0;
  const refusal: AwsResponse = {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', Message: 'no' }),
  };
  const dynamodb = {
    handle: async () => {
      calls += 1;
      return refusal;
    },
  };
  gateway = await startGateway({
    port: 0,
    services: new Map([['dynamodb', dynamodb]]),
    interceptors: [dateAnswers({ now: () => nowMs })],
    control: async () => undefined,
    functionOf: (key) => (key === 'COUNT' ? 'count' : undefined),
    onError: () => {},
  });
  client = new DynamoDBClient({
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'local' },
  });
  vi.useFakeTimers({ toFake: ['Date'], now: nowMs });
  const update = new UpdateItemCommand({ TableName: 't', Key: { id: { S: 'a' } } });
  await expect(client.send(update)).rejects.toThrow('no');
  return calls;
}

test('a refusal is final for a function whose clock is the engine’s', async () => {
  expect(await callsFor('COUNT')).toBe(1);
});

test('others get the wall’s date, from which a client an engine’s time ahead seems hours off', async () => {
  expect(await callsFor('SOMEONE')).toBeGreaterThan(1);
});
