import type { PeekPlace } from '@tidemark/core/health/peek';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StoredRecord, TestStream } from '../../test/kinesis.ts';
import { KinesisStage } from '../../test/kinesis.ts';
import type { ShardPlace } from './kinesis.ts';
import { Kinesis } from './kinesis.ts';

const arrivalMs = Date.parse('2026-11-02T09:30:00.123Z');
const fiveMinutesMs = 5 * 60_000;

const stage = new KinesisStage();
let stream: TestStream;
let records: StoredRecord[];

beforeAll(async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', await stage.start());
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await stage.stop();
});
beforeEach(async () => {
  stream = await stage.makeStream(arrivalMs);
  records = [];
  for (let index = 0; index < 6; index += 1) {
    records.push(await stream.put(`{"index":${index}}`, arrivalMs + index));
  }
  stage.reset();
});

function place(index: number, at: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER'): ShardPlace {
  return { shardId: 'shardId-000000000000', at, sequenceNumber: records[index]?.sequenceNumber ?? '' };
}

/** Texts of pages, read until they end or there are so many. */
async function read(
  from: ShardPlace,
  firstPageRecords?: number,
  pagesMax = 100,
  signal = new AbortController().signal,
) {
  const pages: string[][] = [];
  for await (const page of new Kinesis(stream.arn).pages(from, firstPageRecords, signal)) {
    pages.push(page.records.map(({ data }) => Buffer.from(data, 'base64').toString()));
    if (pages.length === pagesMax) break;
  }
  return pages;
}

const texts = (from: number, to = 6) => records.slice(from, to).map(({ text }) => text);

test('a record comes as an event source mapping hands it over', async () => {
  const signal = new AbortController().signal;
  for await (const page of new Kinesis(stream.arn).pages(place(2, 'AT_SEQUENCE_NUMBER'), 1, signal)) {
    expect(page).toEqual({
      records: [
        {
          sequenceNumber: records[2]?.sequenceNumber,
          data: Buffer.from('{"index":2}').toString('base64'),
          partitionKey: 'key',
          arrivalMs: arrivalMs + 2,
        },
      ],
      isTip: false,
    });
    break;
  }
});

test('one call for the place and one for a page, which need not be whole; none after the caller has enough', async () => {
  expect(await read(place(2, 'AT_SEQUENCE_NUMBER'), undefined, 1)).toEqual([texts(2)]);
  expect(stage.calls).toEqual(['GetShardIterator', 'GetRecords']);
  stage.reset();
  expect(await read(place(2, 'AFTER_SEQUENCE_NUMBER'), 1, 1)).toEqual([texts(3, 4)]);
  expect(stage.calls).toEqual(['GetShardIterator', 'GetRecords']);
});

test('pages are followed to the tip, where an empty one ends them', async () => {
  expect(await read(place(0, 'AFTER_SEQUENCE_NUMBER'), 2)).toEqual([texts(1, 3), texts(3)]);
  expect(stage.calls).toEqual(['GetShardIterator', 'GetRecords', 'GetRecords', 'GetRecords']);
  expect(await read(place(5, 'AFTER_SEQUENCE_NUMBER'))).toEqual([]);
});

test('a page tells whether it is the last for now', async () => {
  const tips: boolean[] = [];
  const signal = new AbortController().signal;
  for await (const { isTip } of new Kinesis(stream.arn).pages(place(0, 'AFTER_SEQUENCE_NUMBER'), 2, signal)) {
    tips.push(isTip);
  }
  expect(tips).toEqual([false, true]);
  for await (const { isTip } of new Kinesis(stream.arn).pages(place(4, 'AFTER_SEQUENCE_NUMBER'), 1, signal)) {
    tips.push(isTip);
  }
  // It has as many as were asked for: there may be more of the same millisecond.
  expect(tips).toEqual([false, true, false]);
});

test('a closed shard ends with its last record', async () => {
  await stream.split('shardId-000000000000');
  expect(await read(place(3, 'AT_SEQUENCE_NUMBER'))).toEqual([texts(3)]);
  expect(stage.calls).toEqual(['GetShardIterator', 'GetRecords']);
});

test('an empty page before the tip is no end', async () => {
  let passed: unknown;
  stage.decide = ({ operation, input, number }) => {
    if (operation !== 'GetRecords' || number > 0) return 'pass';
    passed = input.ShardIterator;
    return { answer: { Records: [], MillisBehindLatest: 12_000, NextShardIterator: passed } };
  };
  expect(await read(place(4, 'AT_SEQUENCE_NUMBER'), undefined, 1)).toEqual([texts(4)]);
  expect(passed).toEqual(expect.any(String));
  expect(stage.calls).toEqual(['GetShardIterator', 'GetRecords', 'GetRecords']);
});

describe('a stretch without records', () => {
  const from = () => place(3, 'AFTER_SEQUENCE_NUMBER');
  const first = async (kinesis: Kinesis, at: ShardPlace) => {
    for await (const { records } of kinesis.pages(at, 1, new AbortController().signal))
      return records[0]?.sequenceNumber;
    return undefined;
  };

  /** Whoever reads has one empty answer, and is cut off at the next. */
  async function cutOffOnTheWay(): Promise<Kinesis> {
    const kinesis = new Kinesis(stream.arn);
    stage.decide = ({ operation, input, number }) => {
      if (operation !== 'GetRecords') return 'pass';
      if (number === 1) return { fault: 'AccessDeniedException' };
      return { answer: { Records: [], MillisBehindLatest: 12_000, NextShardIterator: input.ShardIterator } };
    };
    await expect(first(kinesis, from())).rejects.toMatchObject({ name: 'AccessDeniedException' });
    stage.reset();
    return kinesis;
  }

  test('is not walked anew by whoever is cut off on it and reads from the same place again', async () => {
    const kinesis = await cutOffOnTheWay();
    expect(await first(kinesis, from())).toBe(records[4]?.sequenceNumber);
    expect(stage.calls).toEqual(['GetRecords']);
  });

  test('says nothing of another place, and nothing once a record was met', async () => {
    const kinesis = await cutOffOnTheWay();
    expect(await first(kinesis, place(1, 'AFTER_SEQUENCE_NUMBER'))).toBe(records[2]?.sequenceNumber);
    expect(await first(kinesis, from())).toBe(records[4]?.sequenceNumber);
    expect(stage.calls).toEqual(['GetShardIterator', 'GetRecords', 'GetShardIterator', 'GetRecords']);
  });

  test('is walked anew when its iterator has expired', async () => {
    const kinesis = await cutOffOnTheWay();
    stage.clock.advance(fiveMinutesMs + 1);
    expect(await first(kinesis, from())).toBe(records[4]?.sequenceNumber);
    expect(stage.calls).toEqual(['GetRecords', 'GetShardIterator', 'GetRecords']);
  });
});

test('pages hold about 2 MB: a small function could not bear what Kinesis would give', async () => {
  const limits: unknown[] = [];
  stage.decide = ({ operation, input }) => {
    if (operation === 'GetRecords') limits.push(input.Limit);
    return 'pass';
  };
  expect(await read(place(0, 'AT_SEQUENCE_NUMBER'))).toEqual([texts(0)]);
  expect(await read(place(0, 'AT_SEQUENCE_NUMBER'), 1)).toEqual([texts(0, 1), texts(1)]);
  expect(limits).toEqual([250, 2500, 1, 2500, 2500]);
});

test('a shard that is gone holds nothing', async () => {
  expect(await read({ shardId: 'shardId-000000000009', at: 'TRIM_HORIZON' })).toEqual([]);
  stage.decide = ({ operation }) => (operation === 'GetRecords' ? { fault: 'ResourceNotFoundException' } : 'pass');
  expect(await read(place(0, 'AT_SEQUENCE_NUMBER'))).toEqual([]);
});

test('an iterator that has expired is renewed where reading stands', async () => {
  const pages: string[][] = [];
  const signal = new AbortController().signal;
  for await (const page of new Kinesis(stream.arn).pages(place(1, 'AFTER_SEQUENCE_NUMBER'), 2, signal)) {
    pages.push(page.records.map(({ data }) => Buffer.from(data, 'base64').toString()));
    stage.clock.advance(fiveMinutesMs + 1);
  }
  expect(pages).toEqual([texts(2, 4), texts(4)]);
  expect(stage.calls.filter((call) => call === 'GetShardIterator')).toHaveLength(3);
});

test('an iterator that has expired before its first page is renewed at the place itself', async () => {
  stage.decide = ({ operation, number }) =>
    operation === 'GetRecords' && number === 0 ? { fault: 'ExpiredIteratorException' } : 'pass';
  expect(await read(place(4, 'AT_SEQUENCE_NUMBER'), undefined, 1)).toEqual([texts(4)]);
});

test('reading may begin at the oldest record', async () => {
  expect(await read({ shardId: 'shardId-000000000000', at: 'TRIM_HORIZON' }, 1, 1)).toEqual([texts(0, 1)]);
});

test('what has left the stream is passed over', async () => {
  stream.trimBefore(arrivalMs + 3);
  expect(await read(place(1, 'AT_SEQUENCE_NUMBER'), undefined, 1)).toEqual([texts(3)]);
});

test('a number of another stream stands before everything on this one', async () => {
  const earlier = records[5]?.sequenceNumber ?? '';
  stream = await stage.makeStream(arrivalMs + 60_000);
  records = [await stream.put('{"index":"new"}', arrivalMs + 60_000)];
  const from = { shardId: 'shardId-000000000000', at: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: earlier } as const;
  expect(await read(from)).toEqual([['{"index":"new"}']]);
});

test('throttling and lost answers are tried again, other faults thrown', async () => {
  stage.decide = ({ number }) => (number === 0 ? { fault: 'ProvisionedThroughputExceededException' } : 'pass');
  expect(await read(place(4, 'AT_SEQUENCE_NUMBER'), undefined, 1)).toEqual([texts(4)]);
  stage.reset();
  stage.decide = ({ number }) => (number === 0 ? 'lose-answer' : 'pass');
  expect(await read(place(4, 'AT_SEQUENCE_NUMBER'), undefined, 1)).toEqual([texts(4)]);
  for (const operation of ['GetShardIterator', 'GetRecords']) {
    stage.reset();
    stage.decide = (call) => (call.operation === operation ? { fault: 'AccessDeniedException' } : 'pass');
    await expect(read(place(4, 'AT_SEQUENCE_NUMBER'))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  }
});

test('the signal stops a call that waits and the pause between pages', async () => {
  const waiting = new AbortController();
  stage.decide = async (): Promise<'pass'> => {
    waiting.abort();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return 'pass';
  };
  await expect(read(place(0, 'AT_SEQUENCE_NUMBER'), 1, 100, waiting.signal)).rejects.toMatchObject({
    name: 'AbortError',
  });
  stage.reset();
  const pausing = new AbortController();
  stage.decide = ({ operation, input, number }) => {
    if (operation !== 'GetRecords') return 'pass';
    if (number === 1) setTimeout(() => pausing.abort(), 20);
    return { input: { ...input, Limit: 1 } };
  };
  await expect(read(place(0, 'AT_SEQUENCE_NUMBER'), 1, 100, pausing.signal)).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(stage.calls).toEqual(['GetShardIterator', 'GetRecords', 'GetRecords']);
});

test('from a time on: the first record that arrived then or later', async () => {
  const from = (ms: number): ShardPlace => ({ shardId: 'shardId-000000000000', at: 'AT_TIMESTAMP', arrivalMs: ms });
  expect(await read(from(arrivalMs + 2))).toEqual([texts(2)]);
  expect(await read(from(arrivalMs - 1000))).toEqual([texts(0)]);
  stage.clock.set(arrivalMs + 10_000);
  expect(await read(from(arrivalMs + 6))).toEqual([]);
});

test('every shard of the stream, page by page; a closed one until its last record has left', async () => {
  await stream.split('shardId-000000000000');
  const signal = new AbortController().signal;
  const kinesis = new Kinesis(stream.arn);
  const open = [1, 2].map((shard) => ({ shardId: `shardId-00000000000${shard}`, isClosed: false }));
  const all = [{ shardId: 'shardId-000000000000', isClosed: true }, ...open];
  expect(await kinesis.shards(signal)).toEqual(all);
  stage.decide = ({ operation, input }) =>
    operation === 'ListShards' && input.NextToken === undefined ? { input: { ...input, MaxResults: 1 } } : 'pass';
  stage.calls.length = 0;
  expect(await kinesis.shards(signal)).toEqual(all);
  expect(stage.calls.length).toBeGreaterThan(1);
  stage.reset();
  stream.trimBefore(arrivalMs + 1000);
  expect(await kinesis.shards(signal)).toEqual(open);
});

describe('a look at a shard', () => {
  const shardId = 'shardId-000000000000';
  const signal = new AbortController().signal;
  const peek = (from: { shardId: string } & PeekPlace, readsMax = 2) =>
    new Kinesis(stream.arn).peek(from, readsMax, signal);
  const after = (index: number) => {
    const sequenceNumber = records[index]?.sequenceNumber ?? '';
    return peek({ shardId, at: 'AFTER_SEQUENCE_NUMBER', sequenceNumber });
  };

  test('finds the next record, or none, or the end of the shard', async () => {
    expect(await peek({ shardId, at: 'TRIM_HORIZON' })).toEqual({ kind: 'waiting', arrivalMs });
    expect(await after(2)).toEqual({ kind: 'waiting', arrivalMs: arrivalMs + 3 });
    expect(await after(5)).toEqual({ kind: 'empty' });
    await stream.split(shardId);
    expect(await after(4)).toEqual({ kind: 'waiting', arrivalMs: arrivalMs + 5 });
    expect(await after(5)).toEqual({ kind: 'drained' });
    expect(await peek({ shardId: 'shardId-000000000009', at: 'TRIM_HORIZON' })).toEqual({ kind: 'drained' });
  });

  test('says how far it has come where Kinesis passes over stretches without records', async () => {
    stage.decide = ({ operation, number }) =>
      operation === 'GetRecords' && number < 3
        ? { answer: { Records: [], NextShardIterator: 'on', MillisBehindLatest: 9000 - number * 1000 } }
        : 'pass';
    expect(await peek({ shardId, at: 'TRIM_HORIZON' })).toEqual({ kind: 'unknown', behindMs: 8000 });
    expect(stage.calls).toEqual(['GetShardIterator', 'GetRecords', 'GetRecords']);
  });
});
