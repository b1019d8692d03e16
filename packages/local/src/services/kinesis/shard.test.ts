import { describe, expect, it } from 'vitest';
import { uniformRanges } from './hash-key.ts';
import { Shard } from './shard.ts';

function shardWith(arrivals: readonly number[]): Shard {
  const [range = { start: '', end: '' }] = uniformRanges(1);
  const shard = new Shard({ index: 0, range, createdSeconds: 0, openedAtMs: 0 });
  for (const arrivalMs of arrivals) shard.append('a', Buffer.alloc(1), arrivalMs);
  return shard;
}

function countersFrom(shard: Shard, counter: number): number[] {
  return [...shard.from(counter)].map((record) => record.counter);
}

describe('Shard', () => {
  it('reads from any counter, also one that is gone or not there yet', () => {
    const shard = shardWith([10, 20, 30]);
    expect(countersFrom(shard, 0)).toEqual([1, 2, 3]);
    expect(countersFrom(shard, 2)).toEqual([2, 3]);
    expect(countersFrom(shard, 9)).toEqual([]);
    shard.trim(20);
    expect(countersFrom(shard, 0)).toEqual([3]);
    expect(shard.firstCounter).toBe(3);
  });

  it('reads across the gap that a restart leaves in the counters', () => {
    const shard = shardWith([10, 20]);
    shard.nextCounter = 1_000;
    shard.append('a', Buffer.alloc(1), 30);
    expect(countersFrom(shard, 2)).toEqual([2, 1_000]);
    expect(countersFrom(shard, 3)).toEqual([1_000]);
    expect(countersFrom(shard, 1_001)).toEqual([]);
  });

  it('finds the first record at or after a time where times went backwards', () => {
    const shard = shardWith([10, 50, 20, 60]);
    expect(shard.counterAt(15)).toBe(2);
    expect(shard.counterAt(55)).toBe(4);
    expect(shard.counterAt(61)).toBe(5);
  });

  it('trims no further than the first record that is young enough', () => {
    const shard = shardWith([10, 50, 20, 60]);
    expect(shard.trim(30)).toBe(1);
    expect(countersFrom(shard, 0)).toEqual([2, 3, 4]);
  });

  it('goes on rightly over thousands of trimmed records', () => {
    const shard = shardWith([]);
    for (let time = 1; time <= 10_000; time += 1) {
      shard.append('a', Buffer.alloc(1), time);
      shard.trim(time - 100);
      expect(shard.firstCounter).toBe(Math.max(1, time - 99));
    }
    expect(countersFrom(shard, 0)).toEqual(Array.from({ length: 100 }, (_, index) => 9_901 + index));
  });

  it('refuses records out of order', () => {
    const shard = shardWith([10]);
    const record = { counter: 1, sequenceNumber: '', arrivalMs: 0, partitionKey: '', data: Buffer.alloc(0) };
    expect(() => shard.restore(record)).toThrow(/out of order/);
  });
});
