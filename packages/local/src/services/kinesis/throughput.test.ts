import { describe, expect, it } from 'vitest';
import { Throughput } from './throughput.ts';

const mebibyte = 1024 * 1024;

describe('Throughput', () => {
  it('takes 1,000 records a second from each shard', () => {
    const throughput = new Throughput();
    for (let record = 0; record < 1_000; record += 1) expect(throughput.take(0, 1, 5_000)).toBe(true);
    expect(throughput.take(0, 1, 5_999)).toBe(false);
    expect(throughput.take(1, 1, 5_999)).toBe(true);
    expect(throughput.take(0, 1, 6_000)).toBe(true);
  });

  it('takes 1 MiB a second, to the byte', () => {
    const throughput = new Throughput();
    expect(throughput.take(0, mebibyte - 1, 0)).toBe(true);
    expect(throughput.take(0, 2, 0)).toBe(false);
    expect(throughput.take(0, 1, 0)).toBe(true);
    expect(throughput.take(0, 1, 0)).toBe(false);
  });

  it('lets a larger record through alone', () => {
    const throughput = new Throughput();
    expect(throughput.take(0, 5 * mebibyte, 0)).toBe(true);
    expect(throughput.take(0, 1, 0)).toBe(false);
    expect(throughput.take(0, 1, 1_000)).toBe(true);
    expect(throughput.take(0, 5 * mebibyte, 1_000)).toBe(false);
  });
});
