import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { archiveBatch } from '@tidemark/core/archive/batch';
import type { ArchiveObject } from '@tidemark/core/archive/object';
import { isBadArchive, parseArchiveKey } from '@tidemark/core/archive/object';
import type { StreamRecord } from '@tidemark/core/count/record';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { kinesisEvent, sequenceNumber } from '../../test/events.ts';
import { Stage } from '../../test/stage.ts';
import { S3Reading } from '../aws/s3-reading.ts';
import { batchesOf } from '../count/batch.ts';
import type { ArchivePage, PageLimits } from './read.ts';
import { invocationPage, readBody, readObject } from './read.ts';

const { signal } = new AbortController();
const shardId = 'shardId-000000000000';

function recordOf(sequence: number, data = 'eyJhIjoxfQ=='): StreamRecord {
  return { sequenceNumber: sequenceNumber(sequence), partitionKey: 'Pegasus 🦄', arrivalMs: 5, data };
}

function recordsOf(count: number, data?: string): StreamRecord[] {
  return Array.from({ length: count }, (_, index) => recordOf(index + 1, data));
}

function objectOf(objectKey: string): ArchiveObject {
  const object = parseArchiveKey(objectKey);
  if (isBadArchive(object)) throw new Error(object.detail);
  return object;
}

/** An archived batch: its object and its content, compressed. */
function archived(records: readonly StreamRecord[]): { object: ArchiveObject; lines: string; body: Buffer } {
  const { objectKey, lines } = archiveBatch('web', { shardId, records });
  return { object: objectOf(objectKey), lines, body: gzipSync(lines) };
}

/** Bytes in pieces, as a network brings them. */
async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function pagesOf(
  body: AsyncIterable<Uint8Array>,
  object: ArchiveObject,
  limits: PageLimits = invocationPage,
): Promise<ArchivePage[]> {
  return all(readBody(body, object, limits, signal));
}

async function all(pages: AsyncIterable<ArchivePage>): Promise<ArchivePage[]> {
  const found: ArchivePage[] = [];
  for await (const page of pages) found.push(page);
  return found;
}

describe('the content of an object', () => {
  test.each([1, 7, 1_000_000])('comes back, in pieces of %i bytes', async (size) => {
    const records = recordsOf(25);
    const { object, body } = archived(records);
    expect(await pagesOf(inPieces(body, size), object)).toEqual([{ kind: 'records', records }]);
  });

  test('comes in pages of no more than was asked for', async () => {
    const records = [...recordsOf(5), recordOf(6, 'A'.repeat(100)), recordOf(7)];
    const { object, body } = archived(records);
    const pages = await pagesOf(inPieces(body, 100), object, { recordsMax: 3, charactersMax: 60 });
    expect(pages.map((page) => (page.kind === 'records' ? page.records.length : page))).toEqual([3, 2, 1, 1]);
    expect(pages.flatMap((page) => (page.kind === 'records' ? page.records : []))).toEqual(records);
  });

  test('that is spoiled tells where, and gives everything else', async () => {
    const records = recordsOf(4);
    const { object, lines } = archived(records);
    const [first = '', second = '', third = '', fourth = ''] = lines.split('\n');
    const spoiled = [first, second.replace('"arrivalMs":5', '"arrivalMs":"5"'), 'x', third, fourth, ''].join('\n');
    expect(await pagesOf(inPieces(gzipSync(spoiled), 50), object)).toEqual([
      { kind: 'records', records: records.slice(0, 1) },
      { kind: 'bad', field: 'arrivalMs', line: 2, detail: '"5" is not in milliseconds since the epoch' },
      { kind: 'bad', field: 'line', line: 3, detail: 'is not a JSON object: x' },
      { kind: 'records', records: records.slice(2) },
    ]);
  });

  test('that lacks its end is told', async () => {
    const records = recordsOf(3);
    const { object, lines } = archived(records);
    const short = gzipSync(lines.slice(0, lines.indexOf('\n') + 1));
    expect(await pagesOf(inPieces(short, 50), object)).toEqual([
      { kind: 'records', records: records.slice(0, 1) },
      { kind: 'bad', field: 'object', detail: expect.stringMatching(/^ends with 056:4959.*1; its key says that/) },
    ]);
  });

  test('that breaks off gives what could be read, and is told', async () => {
    const { object, body } = archived(recordsOf(5000).map((record) => ({ ...record, data: noise(300) })));
    const pages = await pagesOf(inPieces(body.subarray(0, body.length - 40), 1000), object);
    expect(pages.at(-1)).toEqual({
      ...{ kind: 'bad', field: 'object', detail: 'is not a whole gzip file: unexpected end of file' },
    });
    expect(pages.slice(0, -1).every(({ kind }) => kind === 'records')).toBe(true);
  });

  test.each([
    ['no gzip', Buffer.from('plain')],
    ['with another checksum', Buffer.concat([archived(recordsOf(3)).body.subarray(0, -8), Buffer.alloc(8, 1)])],
  ])('that is %s is told', async (_, body) => {
    const { object } = archived(recordsOf(3));
    const pages = await pagesOf(inPieces(body, 1000), object);
    expect(pages.at(-1)).toMatchObject({
      kind: 'bad',
      field: 'object',
      detail: expect.stringMatching(/^is not a whole gzip file: /),
    });
  });

  test('that is empty is told', async () => {
    const { object } = archived(recordsOf(3));
    expect(await pagesOf(inPieces(Buffer.alloc(0), 10), object)).toMatchObject([{ kind: 'bad', field: 'object' }]);
  });

  test('of which a line never ends is no record, and what comes after it is one', async () => {
    const [record] = recordsOf(1);
    if (record === undefined) throw new Error('there is a record');
    const { object, lines } = archived([record]);
    const body = Buffer.concat([gzipSync(Buffer.alloc(30_000_000, 'x')), gzipSync(`\n${lines}`)]);
    expect(await pagesOf(inPieces(body, 10_000), object)).toEqual([
      { kind: 'bad', field: 'line', line: 1, detail: expect.stringMatching(/^has more than \d+ bytes$/) },
      { kind: 'records', records: [record] },
    ]);
  });

  test('whose source fails throws that', async () => {
    const { object, body } = archived(recordsOf(3));
    const failing = (async function* () {
      yield body.subarray(0, 20);
      throw new Error('the connection was reset');
    })();
    await expect(pagesOf(failing, object)).rejects.toThrow('the connection was reset');
  });

  test('is read no faster than its pages are taken, and is closed when they are left', async () => {
    const { object, body } = archived(recordsOf(5000).map((record) => ({ ...record, data: noise(400) })));
    let pulled = 0;
    let isClosed = false;
    const source = (async function* () {
      try {
        for await (const piece of inPieces(body, 1000)) {
          pulled += piece.length;
          yield piece;
        }
      } finally {
        isClosed = true;
      }
    })();
    const pages = readBody(source, object, { recordsMax: 10, charactersMax: 1e9 }, signal);
    expect((await pages.next()).value).toMatchObject({ kind: 'records' });
    // As long as nothing more is taken, streams fill what they buffer, and stop.
    const before = await settled(() => pulled);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(body.length / 5);
    expect(isClosed).toBe(false);
    await pages.return(undefined);
    await vi.waitFor(() => expect(isClosed).toBe(true));
  });
});

/** Base64 that does not compress. */
function noise(bytes: number): string {
  return randomBytes(bytes).toString('base64');
}

/** A figure when it has stopped to change. */
async function settled(figure: () => number): Promise<number> {
  for (let last = -1, same = 0; same < 10; await wait(5)) {
    same = figure() === last ? same + 1 : 0;
    last = figure();
  }
  return figure();
}

describe('an object of the bucket', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start();
    vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${stage.servers.s3.port}`);
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stage?.stop();
  });

  test('is read as the function wrote it', async () => {
    const deployment = await stage.makeDeployment();
    const sent = Array.from({ length: 500 }, (_, index) => ({
      sequence: index + 1,
      text: `${index}`,
      arrivalMs: index,
    }));
    const event = kinesisEvent(sent);
    await deployment.deliver('archive', event);
    const [key = ''] = Object.keys(await deployment.objects());
    const limits = { recordsMax: 200, charactersMax: 1e9 };
    const pages = await all(readObject(new S3Reading(), deployment.bucket, objectOf(key), limits, signal));
    expect(pages.map((page) => (page.kind === 'records' ? page.records.length : page))).toEqual([200, 200, 100]);
    const [batch] = batchesOf(event as unknown as Parameters<typeof batchesOf>[0]);
    expect(pages.flatMap((page) => (page.kind === 'records' ? page.records : []))).toEqual(batch?.records);
  });

  test('that is missing is told', async () => {
    const { bucket } = await stage.makeDeployment();
    const { object } = archived(recordsOf(1));
    const pages = await all(readObject(new S3Reading(), bucket, object, invocationPage, signal));
    expect(pages).toEqual([
      { kind: 'bad', field: 'object', detail: expect.stringMatching(/^archive\/web\/.*\.jsonl\.gz is not in bucket-/) },
    ]);
  });

  test('of a bucket that is missing throws', async () => {
    const { object } = archived(recordsOf(1));
    const pages = readObject(new S3Reading(), 'nowhere', object, invocationPage, signal);
    await expect(pages.next()).rejects.toThrow(/bucket/i);
  });
});
