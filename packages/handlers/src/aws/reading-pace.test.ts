import { describe, expect, test } from 'vitest';
import { ReadingPace } from './reading-pace.ts';

describe('the pace of reading', () => {
  test('asks for the first as it is told, and for 250 where it is not', () => {
    expect(new ReadingPace(1).recordsMax).toBe(1);
    expect(new ReadingPace().recordsMax).toBe(250);
  });

  test.each([
    ['a kilobyte each', 10, 10_000, 2000],
    ['25 KB each', 250, 6_250_000, 80],
    ['larger than an answer is to be', 2, 6_000_000, 1],
    ['tiny', 250, 25_000, 2500],
    ['empty', 3, 0, 2500],
  ])('asks for about 2 MB of records that are %s', (_, records, bytes, recordsMax) => {
    const pace = new ReadingPace(1);
    pace.take(records, bytes, 0);
    expect(pace.recordsMax).toBe(recordsMax);
  });

  test('an answer without records teaches nothing of their size', () => {
    const pace = new ReadingPace(1);
    pace.take(0, 0, 0);
    expect(pace.recordsMax).toBe(1);
  });

  test('waits from the third answer on: a quarter of a second, and as long as a shard takes to give what was taken', () => {
    const pace = new ReadingPace();
    expect(pace.waitMs(5000)).toBe(0);
    pace.take(1, 1000, 5000);
    expect(pace.waitMs(5000)).toBe(0);
    pace.take(2000, 2_000_000, 6000);
    expect(pace.waitMs(6000)).toBe(1000);
    expect(pace.waitMs(6400)).toBe(600);
    expect(pace.waitMs(7100)).toBe(0);
    pace.take(0, 0, 8000);
    expect(pace.waitMs(8000)).toBe(250);
  });
});
