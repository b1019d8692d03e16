import { expect, test } from 'vitest';
import { estimate } from './estimate.ts';

const million = {
  items: 1_000_000,
  bytes: 200_000_000,
  writeUnits: 1_000_000,
  exportedBytes: 200_000_000,
  objects: 1000,
  queries: 500,
};

test('a million small items cost their write units above all, and take the time that the budget gives them', () => {
  const found = estimate(million, 500);
  expect(found).toMatchObject({ writeUnits: 1_000_000, puts: 1000, gets: 1000, lists: 1000, seconds: 2000 });
  expect(found.readUnits).toBe(Math.ceil(200_000_000 / 4096) + 500);
  // $0.625 for the deletions, a cent each for reads and requests, eleven for the function, and one for transitions.
  expect(found.dollars).toBeCloseTo(0.625 + 0.0062 + 0.0064 + 0.0104 + 0.1067, 2);
  expect(estimate(million, 1000).seconds).toBe(1000);
});

test('nothing to prune costs the questions alone', () => {
  const found = estimate({ items: 0, bytes: 0, writeUnits: 0, exportedBytes: 0, objects: 0, queries: 100 }, 500);
  expect(found).toMatchObject({ readUnits: 100, seconds: 0, storedBytes: 0, dollarsPerMonth: 0 });
  expect(found.dollars).toBeCloseTo(100 * 0.125e-6, 12);
});
