import { expect, test } from 'vitest';
import { ledgerPartSetAside, windowPartSetAside } from './set-aside.ts';

const shardId = 'shardId-000000000003';
const run = { first: '002:10', last: '002:17' };

test('a part past mending is set aside whole, under a key of its own', () => {
  const key = { EventName: 'Über/the hill', Bucket: 'w60#0000#2026-11-02T09:00:00Z#000000000003' };
  const figures = { count: 2, sum: [3], minimum: 1, maximum: 2 };
  const part = { ...run, key, records: 2, measures: { distance: figures } };
  expect(windowPartSetAside('rides', shardId, { part, after: '002:12' })).toEqual({
    objectKey:
      'quarantine/rides/2026-11-02/shardId-000000000003/part-17-w60-2026-11-02T09:00:00Z-%C3%9Cber%2Fthe%20hill.json',
    body: {
      reason: 'part-past-mending',
      detail: 'of its records 10 to 17 the item holds those up to 12; the others could not be read again',
      source: 'rides',
      shardId,
      fence: '002:12',
      part,
    },
  });
});

test('and so is that of a day of the ledger', () => {
  const counts = {
    Received: 5,
    Counted: 5,
    Quarantined: 0,
    Malformed: 0,
    TooOld: 0,
    TooNew: 0,
    OverCap: 0,
    Redelivered: 0,
  };
  const part = { ...run, day: '2026-11-03', counts };
  const { objectKey, body } = ledgerPartSetAside('rides', shardId, { part, after: '002:12' });
  expect(objectKey).toBe('quarantine/rides/2026-11-03/shardId-000000000003/part-17-ledger.json');
  expect(body).toMatchObject({ fence: '002:12', part });
});
