import { describe, expect, it } from 'vitest';
import { ReadThroughput } from './read-throughput.ts';

const mebibyte = 1024 * 1024;

describe('ReadThroughput', () => {
  it('gives five reads a second, whoever reads', () => {
    const throughput = new ReadThroughput();
    for (let read = 0; read < 5; read += 1) expect(throughput.begin(0, 5_000 + read)).toBe(true);
    expect(throughput.begin(0, 5_999)).toBe(false);
    expect(throughput.begin(1, 5_999)).toBe(true);
    expect(throughput.begin(0, 6_000)).toBe(true);
  });

  it('gives 2 MiB a second: who was given more is owed nothing until that has passed', () => {
    const throughput = new ReadThroughput();
    expect(throughput.begin(0, 0)).toBe(true);
    throughput.gave(0, 10 * mebibyte);
    expect(throughput.begin(0, 1_000)).toBe(false);
    expect(throughput.begin(0, 4_000)).toBe(false);
    expect(throughput.begin(0, 4_001)).toBe(true);
  });

  it('saves no more than a second', () => {
    const throughput = new ReadThroughput();
    expect(throughput.begin(0, 0)).toBe(true);
    expect(throughput.begin(0, 60_000)).toBe(true);
    throughput.gave(0, 3 * mebibyte);
    expect(throughput.begin(0, 60_400)).toBe(false);
    expect(throughput.begin(0, 60_600)).toBe(true);
  });
});
