import { describe, expect, test } from 'vitest';
import type { Source } from '../config.ts';
import { catalogueOf } from '../control/catalogue.ts';
import { floorsOf } from '../control/floors.ts';
import { encodeSequence } from '../series/sequence.ts';
import { planBatch } from './count.ts';
import { readBatch } from './read.ts';

const midnightMs = Date.UTC(2026, 10, 3);
const source: Source = {
  name: 'web',
  revisions: [{ fromMs: 0, event: { name: ['n'], time: ['t'] } }],
  buckets: ['1m'],
  maxSeries: 3,
};
const catalogue = catalogueOf({ Names: ['a'], Caps: [{ FromMs: 0, MaxSeries: 3 }] });
// Arrivals may go backwards: 9 and 11 are of the second of November, 10 and 12 of the third.
const records = [
  { sequenceNumber: '9', arrivalMs: midnightMs - 2 },
  { sequenceNumber: '10', arrivalMs: midnightMs },
  { sequenceNumber: '11', arrivalMs: midnightMs - 1 },
  { sequenceNumber: '12', arrivalMs: midnightMs + 1 },
].map((record) => ({ ...record, partitionKey: 'k', data: '' }));
const read = readBatch({ shardId: 'shardId-7', records }, source, (_data, _fields, sink) => {
  sink.event('a', midnightMs);
  sink.malformed('not-json', '');
});
const { ledgers, checkpoint } = planBatch(read, {
  catalogue,
  floors: floorsOf(undefined),
  generationOf: () => 0,
  writer: 'live',
});
const [second, third] = ledgers;

describe('the ledger of a batch over midnight', () => {
  test('has an item an arrival day, fenced by the records of that day', () => {
    expect(ledgers.map(({ key }) => key)).toEqual([
      { Source: 'web', Item: 'LEDGER#count#2026-11-02#shardId-7' },
      { Source: 'web', Item: 'LEDGER#count#2026-11-03#shardId-7' },
    ]);
    expect(ledgers.map(({ first }) => [first.below, first.lastSequence])).toEqual([
      ['001:9', '002:11'],
      ['002:10', '002:12'],
    ]);
    expect(second?.first.add).toEqual({
      Received: 4,
      Counted: 2,
      Quarantined: 2,
      Malformed: 2,
      TooOld: 0,
      TooNew: 0,
      OverCap: 0,
      Redelivered: 0,
    });
  });

  test('tells of a redelivery beside the rest', () => {
    const remaining = second?.remainingAfter(encodeSequence('10'));
    expect([remaining?.below, remaining?.lastSequence]).toEqual(['002:11', '002:11']);
    expect(remaining?.add).toMatchObject({ Received: 2, Counted: 1, Quarantined: 1, Redelivered: 2 });
    expect(third?.remainingAfter(encodeSequence('9'))?.add).toMatchObject({ Received: 4, Redelivered: 0 });
  });

  test('tells of a redelivery alone where nothing remains', () => {
    expect(third?.remainingAfter(encodeSequence('12'))).toBeUndefined();
    expect(third?.redeliveredUpTo(encodeSequence('12'))).toBe(4);
  });

  test('is followed by a checkpoint at the last record', () => {
    expect(checkpoint).toEqual({
      key: { Source: 'web', Item: 'CHECKPOINT#count#shardId-7' },
      lastSequence: '002:12',
      arrivalMs: midnightMs + 1,
      received: 8,
      first: { sequence: '001:9', arrivalMs: midnightMs - 2 },
    });
  });
});
