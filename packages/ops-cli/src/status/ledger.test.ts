import { expect, test } from 'vitest';
import { isBalanced, ledgerStatus } from './ledger.ts';

const figures = {
  Received: 12,
  Counted: 10,
  Quarantined: 2,
  Malformed: 1,
  TooOld: 1,
  TooNew: 0,
  OverCap: 3,
  Redelivered: 5,
};

test('the ledger adds up days and shards, and tells what does not balance', () => {
  const items = [
    { Item: 'LEDGER#count#2026-11-18#shardId-0', ...figures },
    { Item: 'LEDGER#count#2026-11-19#shardId-0', ...figures },
    { Item: 'LEDGER#count#2026-11-20#shardId-1', ...figures, Counted: 9 },
  ];
  const { total, recent, unbalanced } = ledgerStatus(items, '2026-11-19');
  expect([total.Received, recent.Received, recent.Quarantined]).toEqual([36, 24, 4]);
  expect(unbalanced).toEqual(['2026-11-20 shardId-1']);
  expect(isBalanced({ ...figures, Malformed: 2 })).toBe(false);
  expect(isBalanced(figures)).toBe(true);
});
