import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTarget, type Target } from '../../conformance/target.ts';
import { startFauxqs } from './fauxqs.ts';

let target: Target;
let client: S3Client;
const Bucket = 'refusals';

beforeAll(async () => {
  target = await openTarget(['AWS::S3::Bucket']);
  client = new S3Client(target.client);
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'as it was' }));
});
afterAll(async () => {
  client.destroy();
  await target.close();
});

test('operations in which fauxqs would mislead are refused by name, and change nothing', async () => {
  const tagging = new PutObjectTaggingCommand({ Bucket, Key: 'kept', Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } });
  await expect(client.send(tagging)).rejects.toThrow(
    "The local engine's S3 does not serve PutObjectTagging; it serves CreateBucket",
  );
  const conditional = new PutObjectCommand({ Bucket, Key: 'kept', Body: 'other', IfNoneMatch: '"an-etag"' });
  await expect(client.send(conditional)).rejects.toThrow('does not serve PutObject with if-none-match');
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'kept' }));
  expect(await Body?.transformToString()).toBe('as it was');
});

test('an object is put only where there is none, by one of many', async () => {
  const text = async (Key: string) =>
    (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
  const putNew = (Key: string, Body: string) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: '*' })).then(
      () => Body,
      ({ name, $metadata }) => `${name} ${$metadata.httpStatusCode}`,
    );
  expect(await putNew('kept', 'other')).toBe('PreconditionFailed 412');
  expect(await text('kept')).toBe('as it was');
  const put = await Promise.all(['a', 'b', 'c', 'd'].map((body) => putNew('new', body)));
  const [winner, ...others] = put.filter((each) => each.length === 1);
  expect(others).toEqual([]);
  expect(await text('new')).toBe(winner);
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'new' }));
  expect(await putNew('new', 'e')).toBe('e');
});

test('buckets and objects are kept in a directory', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-s3-'));
  const request = { headers: { host: '127.0.0.1' }, body: Buffer.alloc(0) };
  const first = await startFauxqs({ region: 'us-east-1', directory });
  await first.send({ ...request, method: 'PUT', url: '/kept' });
  await first.send({ ...request, method: 'PUT', url: '/kept/a/b', body: Buffer.from('text') });
  await first.close();
  const second = await startFauxqs({ region: 'us-east-1', directory });
  const { status, body } = await second.send({ ...request, method: 'GET', url: '/kept/a/b' });
  await second.close();
  await rm(directory, { recursive: true });
  expect([status, body.toString()]).toEqual([200, 'text']);
});
