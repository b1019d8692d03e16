import { expect, test } from 'vitest';
import type { LedgerCounts } from '../control/ledger.ts';
import { GrowingDay } from './growing-day.ts';

test('a day adds up every column, and moves its last record', () => {
  const counts: LedgerCounts = {
    Received: 1,
    Counted: 2,
    Quarantined: 4,
    Malformed: 8,
    TooOld: 16,
    TooNew: 32,
    OverCap: 64,
    Redelivered: 128,
  };
  const day = new GrowingDay({ day: '2026-11-02', first: '001:1', last: '001:1', counts });
  day.add('001:2', counts);
  const doubled = Object.fromEntries(Object.entries(counts).map(([column, count]) => [column, 2 * count]));
  expect(day.part()).toEqual({ day: '2026-11-02', first: '001:1', last: '001:2', counts: doubled });
});
