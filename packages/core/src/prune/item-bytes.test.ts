import { expect, test } from 'vitest';
import { itemBytes, writeUnitsOf } from './item-bytes.ts';

test.each([
  ['names and texts', { EventName: 'é' }, 9 + 2],
  ['numbers by their digits', { a: 0, b: 12, c: 123, d: -1e100, e: 120_000 }, 5 + 2 + 2 + 3 + 3 + 2],
  ['maps with their members', { M: { n: 1 } }, 1 + 3 + 1 + 1 + 2],
  ['lists with their members', { L: [1, 'ab'] }, 1 + 3 + 1 + 2 + 1 + 2],
  ['nothing but a byte', { a: null, b: true }, 2 + 2],
])('counts %s', (_, item, bytes) => {
  expect(itemBytes(item)).toBe(bytes);
});

test.each([
  [0, 1],
  [1024, 1],
  [1025, 2],
])('of %d bytes takes %d write units', (bytes, units) => {
  expect(writeUnitsOf(bytes)).toBe(units);
});
