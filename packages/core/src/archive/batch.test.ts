import { expect, test } from 'vitest';
import { archiveBatch } from './batch.ts';

const shardId = 'shardId-000000000003';
const record = (sequenceNumber: string, arrivalMs: number) => ({
  ...{ sequenceNumber, arrivalMs, partitionKey: 'key', data: 'eyJhIjoxfQ==' },
});
const midnightMs = Date.parse('2026-11-03T00:00:00Z');

test('a batch is one object under the day of its first record, and a checkpoint at its last', () => {
  const records = [record('99', midnightMs - 1), record('100', midnightMs + 5), record('101', midnightMs + 2)];
  expect(archiveBatch('web', { shardId, records })).toEqual({
    objectKey: `archive/web/${shardId}/2026-11-02/002:99-003:101.jsonl.gz`,
    lines: [
      `{"sequenceNumber":"99","partitionKey":"key","arrivalMs":${midnightMs - 1},"data":"eyJhIjoxfQ=="}\n`,
      `{"sequenceNumber":"100","partitionKey":"key","arrivalMs":${midnightMs + 5},"data":"eyJhIjoxfQ=="}\n`,
      `{"sequenceNumber":"101","partitionKey":"key","arrivalMs":${midnightMs + 2},"data":"eyJhIjoxfQ=="}\n`,
    ].join(''),
    checkpoint: {
      key: { Source: 'web', Item: `CHECKPOINT#archive#${shardId}` },
      lastSequence: '003:101',
      arrivalMs: midnightMs + 2,
      received: 3,
    },
  });
});

test('a batch with the same first record and fewer others has another key', () => {
  const records = [record('1', 0), record('2', 0), record('3', 0)];
  const keys = [1, 2, 3].map((length) => archiveBatch('web', { shardId, records: records.slice(0, length) }).objectKey);
  expect(new Set(keys).size).toBe(3);
});

test.each([
  ['empty', [], /a batch without records/],
  ['out of order', [record('100', 0), record('99', 0)], /002:99 does not come after 003:100/],
  ['of a record twice', [record('100', 0), record('100', 0)], /003:100 does not come after 003:100/],
])('a batch that is %s is none', (_, records, message) => {
  expect(() => archiveBatch('web', { shardId, records })).toThrow(message);
});
