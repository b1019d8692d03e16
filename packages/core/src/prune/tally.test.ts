import { expect, test } from 'vitest';
import {
  addDeleted,
  addRestoreTallies,
  emptyPruneTally,
  emptyRestoreTally,
  totalPruned,
  totalRestored,
} from './tally.ts';

const deleted = {
  size: '1m',
  slot: 3,
  items: 10,
  bytes: 1000,
  buckets: 5,
  objects: 1,
  replaced: 0,
  again: 1,
  writeUnits: 10,
} as const;

test('what is deleted adds up, as a whole, by size and by series', () => {
  const one = addDeleted(emptyPruneTally, deleted);
  const two = addDeleted(one, { ...deleted, size: 'w60', items: 2, bytes: 20, objects: 0, replaced: 2, again: 0 });
  const Pruned = { '00': two, '01': addDeleted(emptyPruneTally, { ...deleted, slot: -1 }) };
  expect(totalPruned({ Pruned })).toEqual({
    Items: 22,
    Bytes: 2020,
    Buckets: 15,
    Objects: 2,
    Replaced: 2,
    Again: 2,
    WriteUnits: 30,
    BySize: { '1m': { Items: 20, Bytes: 2000 }, w60: { Items: 2, Bytes: 20 } },
    BySlot: { '3': { Items: 12, Bytes: 1020 }, '-1': { Items: 10, Bytes: 1000 } },
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
