import { expect, test } from 'vitest';
import type { TableStreamRecord } from './change.ts';
import { readChange } from './change.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');

function image(count: string, changes: Record<string, { S?: string; N?: string } | undefined> = {}) {
  const attributes = {
    EventName: { S: 'page view' },
    Bucket: { S: '1m#0000#2026-11-02T09:00:00Z#000000000003' },
    EventCount: { N: count },
    LastSequence: { S: '056:49590338271490256608559692538361571095921575989136588898' },
    WrittenBy: { S: 'live' },
    ...changes,
  };
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Record<
    string,
    { S?: string; N?: string }
  >;
}

const insert = (NewImage: ReturnType<typeof image>) => ({
  eventName: 'INSERT',
  dynamodb: { NewImage },
});

test.each<[string, TableStreamRecord, unknown]>([
  ['an insert counts whole', insert(image('7')), { kind: 'counted', name: 'page view', startMs, delta: 7 }],
  [
    'a modification counts new less old',
    { eventName: 'MODIFY', dynamodb: { NewImage: image('9'), OldImage: image('7') } },
    { kind: 'counted', name: 'page view', startMs, delta: 2 },
  ],
  [
    'live after a recount counts what live added',
    { eventName: 'MODIFY', dynamodb: { NewImage: image('9'), OldImage: image('7', { WrittenBy: { S: 'recount' } }) } },
    { kind: 'counted', name: 'page view', startMs, delta: 2 },
  ],
  [
    'any generation that live wrote counts',
    insert(image('7', { Bucket: { S: '1m#0003#2026-11-02T09:00:00Z#000000000003' } })),
    { kind: 'counted', name: 'page view', startMs, delta: 7 },
  ],
  ['a recount', insert(image('7', { WrittenBy: { S: 'recount' } })), { kind: 'recount' }],
  ['a larger size', insert(image('7', { Bucket: { S: '1h#0000#2026-11-02T09:00:00Z#3' } })), { kind: 'other-size' }],
  ['a deletion', { eventName: 'REMOVE', dynamodb: { OldImage: image('7') } }, { kind: 'removed' }],
  ['an unknown writer', insert(image('7', { WrittenBy: { S: 'me' } })), { kind: 'foreign' }],
  ['no writer', insert(image('7', { WrittenBy: undefined })), { kind: 'foreign' }],
  ['no count', insert(image('7', { EventCount: undefined })), { kind: 'foreign' }],
  ['a count in words', insert(image('7', { EventCount: { S: 'seven' } })), { kind: 'foreign' }],
  ['a count beyond what CloudWatch takes', insert(image('1e120')), { kind: 'foreign' }],
  ['half an event', insert(image('0.5')), { kind: 'foreign' }],
  [
    'a name beyond what CloudWatch takes',
    insert(image('7', { EventName: { S: 'é'.repeat(129) } })),
    { kind: 'foreign' },
  ],
  ['a bucket of no form', insert(image('7', { Bucket: { S: 'yesterday' } })), { kind: 'foreign' }],
  ['other keys', { eventName: 'INSERT', dynamodb: { NewImage: { id: { S: '1' } } } }, { kind: 'foreign' }],
  ['no image', { eventName: 'INSERT', dynamodb: {} }, { kind: 'foreign' }],
  ['nothing', {}, { kind: 'foreign' }],
])('%s', (_, record, change) => {
  expect(readChange(record, '1m')).toEqual(change);
});
