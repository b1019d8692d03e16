import { expect, test } from 'vitest';
import type { Source } from '../config.ts';
import { ledgerTallies } from '../count/ledger.ts';
import { readBatch } from '../count/read.ts';
import { addArchivedDays, archivedDays, dayDifferences } from './days.ts';

const source: Source = {
  name: 'web',
  revisions: [{ fromMs: 0, event: { name: ['n'], time: ['t'] } }],
  buckets: ['1m'],
  maxSeries: 10,
};
const midnightMs = Date.parse('2026-11-03T00:00:00Z');
const good = JSON.stringify({ n: 'page view', t: midnightMs });

/** A read batch: for each record its arrival, from midnight on, and its text. */
function batchOf(sent: readonly (readonly [offsetMs: number, text: string])[]) {
  const records = sent.map(([offsetMs, text], index) => ({
    ...{ sequenceNumber: String(100 + index), partitionKey: 'k', arrivalMs: midnightMs + offsetMs },
    data: Buffer.from(text).toString('base64'),
  }));
  return readBatch({ shardId: 'shardId-000000000000', records }, source);
}

test('days count records, and events as the ledger receives them', () => {
  const read = batchOf([
    [-5, good],
    [1, good],
    [-1, 'spoiled'],
    [2, good],
    [3, '{"n":1}'],
  ]);
  expect(archivedDays(read)).toEqual([
    { day: '2026-11-02', records: 2, received: 2 },
    { day: '2026-11-03', records: 3, received: 3 },
  ]);
  const ledger = ledgerTallies(read, new Uint8Array(read.events.name.length), 'count').map(({ key, first }) => [
    key.Item.split('#')[2],
    first.add.Received,
  ]);
  expect(new Map(ledger as [string, number][])).toEqual(
    new Map(archivedDays(read).map(({ day, received }) => [day, received])),
  );
});

test('days of several batches add up', () => {
  const [one, other] = [
    archivedDays(
      batchOf([
        [-1, good],
        [0, good],
      ]),
    ),
    archivedDays(
      batchOf([
        [1, good],
        [-2, good],
      ]),
    ),
  ];
  const sum = [
    { day: '2026-11-02', records: 2, received: 2 },
    { day: '2026-11-03', records: 2, received: 2 },
  ];
  expect(addArchivedDays(one, other)).toEqual(sum);
  expect(addArchivedDays(other, one)).toEqual(sum);
  expect(addArchivedDays([], one)).toEqual(one);
});

test('days of which archive and ledger say otherwise are told', () => {
  const days = [
    { day: '2026-11-02', records: 2, received: 7 },
    { day: '2026-11-03', records: 1, received: 1 },
    { day: '2026-11-05', records: 1, received: 3 },
  ];
  const ledger = new Map([
    ['2026-11-02', 7],
    ['2026-11-03', 2],
    ['2026-11-04', 4],
  ]);
  expect(dayDifferences(days, ledger)).toEqual([
    { day: '2026-11-03', archived: 1, received: 2 },
    { day: '2026-11-04', archived: 0, received: 4 },
    { day: '2026-11-05', archived: 3, received: 0 },
  ]);
  expect(dayDifferences(days.slice(0, 1), new Map([['2026-11-02', 7]]))).toEqual([]);
});
