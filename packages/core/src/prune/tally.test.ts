import { expect, test } from 'vitest';
import type { PruneTally } from './tally.ts';
import { addRestoreTallies, emptyPruneTally, emptyRestoreTally, totalPruned, totalRestored } from './tally.ts';

const one: PruneTally = {
  ...{ Items: 10, Bytes: 1000, Buckets: 5, Objects: 1, Replaced: 0, Again: 1, WriteUnits: 10 },
  BySize: { '1m': { Items: 10, Bytes: 1000 } },
  BySlot: { '3': { Items: 10, Bytes: 1000 } },
};
const other: PruneTally = {
  ...{ Items: 2, Bytes: 20, Buckets: 1, Objects: 0, Replaced: 2, Again: 0, WriteUnits: 3 },
  BySize: { '1m': { Items: 1, Bytes: 9 }, w60: { Items: 1, Bytes: 11 } },
  BySlot: { '3': { Items: 1, Bytes: 9 }, '-1': { Items: 1, Bytes: 11 } },
};

test('what the children delete adds up, as a whole, by size and by series', () => {
  expect(totalPruned({ Pruned: { '00': one, '01': other, '02': one } })).toEqual({
    ...{ Items: 22, Bytes: 2020, Buckets: 11, Objects: 2, Replaced: 2, Again: 2, WriteUnits: 23 },
    BySize: { '1m': { Items: 21, Bytes: 2009 }, w60: { Items: 1, Bytes: 11 } },
    BySlot: { '3': { Items: 21, Bytes: 2009 }, '-1': { Items: 1, Bytes: 11 } },
  });
  expect(totalPruned({})).toEqual(emptyPruneTally);
});

test('what is brought back adds up', () => {
  const one = { Items: 1, Bytes: 2, Standing: 3, Objects: 4, Missing: 5 };
  expect(totalRestored({ Restored: { '00': one, '01': addRestoreTallies(one, one) } })).toEqual({
    Items: 3,
    Bytes: 6,
    Standing: 9,
    Objects: 12,
    Missing: 15,
  });
  expect(totalRestored({})).toEqual(emptyRestoreTally);
});
