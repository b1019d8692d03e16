import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTarget, type Target } from '../../conformance/target.ts';

let target: Target;
let client: S3Client;
let Bucket: string;

beforeAll(async () => {
  target = await openTarget(['AWS::S3::Bucket']);
  client = new S3Client(target.client);
  Bucket = target.name('objects');
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  const Objects = Contents.map(({ Key }) => ({ Key }));
  if (Objects.length > 0) await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  await client.send(new DeleteBucketCommand({ Bucket }));
  client.destroy();
  await target.close();
});

async function read(Key: string): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

test.each([
  ['a quarantine key', 'quarantine/web/2026-11-02/shardId-000000000000/49680391285551969905-0.json'],
  ['blanks and signs', "a b/c+d&e=f?g#h%20i'(j)!*.json"],
  ['letters beyond ASCII', 'größe/ключ/🦄'],
])('an object comes back as it was put: %s', async (_, Key) => {
  const Body = Buffer.from([0, 255, 13, 10, ...Buffer.from('{"text":"größe"}')]);
  await client.send(
    new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json', Metadata: { reason: 'x' } }),
  );
  expect(await read(Key)).toEqual(Body);
  const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
  expect(head).toMatchObject({
    ContentLength: Body.length,
    ContentType: 'application/json',
    Metadata: { reason: 'x' },
  });
});

test('a second put of the same key replaces the first', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'twice', Body: 'first' }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'twice', Body: 'second' }));
  expect((await read('twice')).toString()).toBe('second');
});

test("a gzipped object stays gzipped: its encoding is the object's, not the wire's", async () => {
  const { gzipSync } = await import('node:zlib');
  const Body = gzipSync('some text');
  await client.send(new PutObjectCommand({ Bucket, Key: 'packed', Body, ContentEncoding: 'gzip' }));
  expect(await read('packed')).toEqual(Body);
});

test('six megabytes in one piece', async () => {
  const Body = Buffer.alloc(6 * 1024 * 1024, 'tidemark ');
  await client.send(new PutObjectCommand({ Bucket, Key: 'large', Body }));
  expect((await read('large')).equals(Body)).toBe(true);
});

test('objects are listed by prefix, in pages, in the order of their keys', async () => {
  for (const name of ['c', 'a', 'b'])
    await client.send(new PutObjectCommand({ Bucket, Key: `listed/${name}`, Body: name }));
  const first = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'listed/', MaxKeys: 2 }));
  expect(first.Contents?.map(({ Key }) => Key)).toEqual(['listed/a', 'listed/b']);
  expect(first.IsTruncated).toBe(true);
  const next = new ListObjectsV2Command({ Bucket, Prefix: 'listed/', ContinuationToken: first.NextContinuationToken });
  expect((await client.send(next)).Contents?.map(({ Key }) => Key)).toEqual(['listed/c']);
  const grouped = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'li', Delimiter: '/' }));
  expect(grouped.CommonPrefixes).toEqual([{ Prefix: 'listed/' }]);
});

test('what is not there is said not to be there', async () => {
  await expect(client.send(new GetObjectCommand({ Bucket, Key: 'absent' }))).rejects.toMatchObject({
    name: 'NoSuchKey',
  });
  await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'absent' }))).rejects.toMatchObject({
    name: 'NotFound',
  });
  const elsewhere = target.name('absent');
  await expect(client.send(new HeadBucketCommand({ Bucket: elsewhere }))).rejects.toMatchObject({ name: 'NotFound' });
  const call = new PutObjectCommand({ Bucket: elsewhere, Key: 'a', Body: 'a' });
  await expect(client.send(call)).rejects.toMatchObject({ name: 'NoSuchBucket' });
});

test('a deleted object is gone, deleting it again is no failure', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'gone', Body: 'x' }));
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
  await expect(read('gone')).rejects.toMatchObject({ name: 'NoSuchKey' });
});
