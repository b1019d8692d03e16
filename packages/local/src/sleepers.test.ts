import { expect, test } from 'vitest';
import { type Sleeper, Sleepers } from './sleepers.ts';

const sleeper = (dueMs: number): Sleeper => ({ dueMs, wake: () => {} });

test('whoever is due is woken in turn, those of one moment as they came, and nobody who was let go', () => {
  const sleepers = new Sleepers();
  // 7 and 200 have no common divisor: every time from 0 to 199, five times each, in no order.
  const all = Array.from({ length: 1_000 }, (_, index) => sleeper((index * 7) % 200));
  for (const each of all) sleepers.add(each);
  const gone = new Set(all.filter((_, index) => index % 3 === 0));
  for (const each of gone) sleepers.delete(each);
  for (const each of gone) sleepers.delete(each);
  const left = all.filter((each) => !gone.has(each)).toSorted((a, b) => a.dueMs - b.dueMs);
  expect(sleepers.nextDueMs).toBe(left[0]?.dueMs);
  const early = sleepers.takeDue(99);
  expect(early).toEqual(left.filter(({ dueMs }) => dueMs <= 99));
  expect(early.every((each, index) => each === left[index])).toBe(true);
  expect(sleepers.nextDueMs).toBe(left[early.length]?.dueMs);
  const late = sleepers.takeDue(199);
  expect(late.length).toBe(left.length - early.length);
  expect(late.every((each, index) => each === left[early.length + index])).toBe(true);
  expect([sleepers.takeDue(1_000), sleepers.nextDueMs]).toEqual([[], Number.POSITIVE_INFINITY]);
});
