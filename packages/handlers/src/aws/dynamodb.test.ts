import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { DynamoDBLocal } from '../../test/dynamodb-local.ts';
import { connectToDynamoDBLocal, makeTables } from '../../test/dynamodb-local.ts';
import { DynamoDB } from './dynamodb.ts';

const { signal } = new AbortController();
const key = { EventName: 'Pegasus', Bucket: 'w60#0000#2026-11-02T09:00:00Z#000000000000' };

let local: DynamoDBLocal;
let dynamodb: DynamoDB;
let table: string;
beforeAll(async () => {
  local = connectToDynamoDBLocal();
  table = (await makeTables(local.client, 'numbers')).series;
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', local.endpoint);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', local.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  dynamodb = new DynamoDB();
});
afterAll(() => {
  vi.unstubAllEnvs();
  local?.close();
});

test('numbers come back as they were written, whatever their size', async () => {
  const numbers = [
    0,
    0.1 + 0.2,
    2 ** 53 + 2,
    -(2 ** 63),
    123_456_789_012_345_680_000,
    1e100,
    -1e100,
    9.007_199_254_740_993e99,
    1e-100,
    -4.940_656_458_412_465e-117,
    Math.PI * 1e-90,
  ];
  const write = (condition?: string) =>
    dynamodb.update(
      {
        table,
        key,
        expression: 'SET #numbers = :numbers',
        ...(condition === undefined ? {} : { condition }),
        names: { '#numbers': 'Numbers' },
        values: { ':numbers': { list: numbers, one: 1e100 } },
      },
      signal,
    );
  expect(await write()).toEqual({ kind: 'done' });
  const written = { ...key, Numbers: { list: numbers, one: 1e100 } };
  expect(await dynamodb.get(table, key, signal)).toEqual(written);
  expect(await write('attribute_not_exists(#numbers)')).toEqual({ kind: 'condition-failed', old: written });
});
