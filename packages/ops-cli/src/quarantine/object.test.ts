import { expect, test } from 'vitest';
import { fullKey, quarantinedOf, setAsideOf, shortKey } from './object.ts';

const record = {
  ...{ reason: 'time-missing', detail: 'at: missing', index: 2, source: 'web', shardId: 's', sequenceNumber: '12' },
  ...{ arrival: '2026-11-02T09:00:00.000Z', partitionKey: 'k', data: 'e30=' },
};

test('a record, with everything of it that was set aside', () => {
  const held = quarantinedOf({ ...record, more: [{ reason: 'not-json', index: 5 }] });
  expect(held.kind === 'record' && setAsideOf(held.body)).toEqual([
    { reason: 'time-missing', index: 2 },
    { reason: 'not-json', index: 5 },
  ]);
});

test.each([
  ['another reason', { ...record, reason: 'because' }, /^reason: /],
  ['no sequence number', { ...record, sequenceNumber: '-1' }, /^sequenceNumber: /],
  ['no arrival', { ...record, arrival: 'noon' }, /^arrival: /],
  ['half an index', { ...record, index: 0.5 }, /^index: /],
  ['a list', [], /^\w+: /],
])('an object with %s is none of Tidemark', (_, json, detail) => {
  expect(quarantinedOf(json)).toEqual({ kind: 'foreign', detail: expect.stringMatching(detail) });
});

test('a part of a window', () => {
  const part = { first: '001:1', last: '001:9', count: 3 };
  const body = { reason: 'part-past-mending', detail: 'd', source: 'web', shardId: 's', fence: '001:5', part };
  expect(quarantinedOf(body)).toEqual({ kind: 'part', body });
});

test('keys are named in full or without what all of them begin with', () => {
  const short = '2026-11-02/s/12-0.json';
  expect(fullKey('web', short)).toBe(`quarantine/web/${short}`);
  expect(fullKey('web', fullKey('web', short))).toBe(`quarantine/web/${short}`);
  expect(shortKey('web', fullKey('web', short))).toBe(short);
  expect(fullKey('web', 'aws/lambda/m/s/x')).toBe('aws/lambda/m/s/x');
});
