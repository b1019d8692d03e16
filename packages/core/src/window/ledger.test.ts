import { describe, expect, test } from 'vitest';
import { firstLedgerUpdate, ledgerAgainst, mendedLedgerUpdate, windowLedger } from './ledger.ts';

const counts = {
  Received: 5,
  Counted: 3,
  Quarantined: 2,
  Malformed: 1,
  TooOld: 0,
  TooNew: 1,
  OverCap: 1,
  Redelivered: 0,
};
const part = { day: '2026-11-02', first: '001:3', last: '001:7', counts };
const ledger = windowLedger('rides', 'shardId-000000000003', part);

describe('the ledger of a day', () => {
  test('takes what came, below the first record of it', () => {
    expect(ledger.key).toEqual({ Source: 'rides', Item: 'LEDGER#window#2026-11-02#shardId-000000000003' });
    expect(firstLedgerUpdate(ledger)).toEqual({ add: counts, set: {}, lastSequence: '001:7', below: '001:3' });
  });

  test.each(['001:7', '001:8', '002:10'])('holds all of it under a fence of %s', (fence) => {
    expect(ledgerAgainst(fence, ledger)).toEqual({ kind: 'held', redelivered: 5 });
  });

  test.each(['001:3', '001:6'])('holds the beginning of it under a fence of %s', (fence) => {
    expect(ledgerAgainst(fence, ledger)).toEqual({ kind: 'straddle', straddle: { part, after: fence } });
  });

  test('is not refused by a fence below', () => {
    expect(() => ledgerAgainst('001:2', ledger)).toThrow('refused an update from 001:3 on');
  });

  test('takes the rest, and tells how much it held', () => {
    const rest = {
      ...part,
      first: '001:6',
      counts: { ...counts, Received: 2, Counted: 2, Quarantined: 0, Malformed: 0, TooNew: 0 },
    };
    expect(mendedLedgerUpdate(ledger, rest)).toEqual({
      add: { Received: 2, Counted: 2, Quarantined: 0, Malformed: 0, TooOld: 0, TooNew: 0, OverCap: 1, Redelivered: 3 },
      set: {},
      lastSequence: '001:7',
      below: '001:6',
    });
  });
});
