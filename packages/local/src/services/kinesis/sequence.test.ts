import { describe, expect, it } from 'vitest';
import { endCounter, formatSequence, parseSequence } from './sequence.ts';

const parts = { createdSeconds: 1_793_610_000, shardIndex: 0, counter: 1, arrivalMs: 1_793_610_000_250 };

describe('sequence numbers', () => {
  it.each([
    parts,
    { createdSeconds: 0, shardIndex: 0, counter: 0, arrivalMs: 0 },
    { ...parts, shardIndex: 99_999, counter: 2 ** 52 },
    { ...parts, createdSeconds: 2 ** 36 - 1, arrivalMs: (2 ** 36 - 1) * 1000 },
    { ...parts, arrivalMs: -5 },
  ])('have 56 digits and give back their parts: %j', (given) => {
    const number = formatSequence(given);
    expect(number).toMatch(/^\d{56}$/);
    const { arrivalMs: _arrivalMs, ...kept } = given;
    expect(parseSequence(number)).toEqual(kept);
  });

  it('are ordered by the second of the shard, then by the counter', () => {
    const ordered = [
      { ...parts, counter: 0 },
      parts,
      { ...parts, counter: 2, arrivalMs: 0 },
      { ...parts, counter: 2 ** 40 },
      { ...parts, counter: endCounter },
      { ...parts, createdSeconds: parts.createdSeconds + 1, counter: 0, arrivalMs: 0 },
      { ...parts, createdSeconds: parts.createdSeconds + 2, shardIndex: 500, counter: 0 },
    ].map(formatSequence);
    expect(ordered).toEqual([...ordered].sort());
    expect(ordered).toEqual([...ordered].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)));
    expect(new Set(ordered).size).toBe(ordered.length);
  });

  it.each(['0', '5', '9223372036854775807', '1'.repeat(129), `${formatSequence(parts)}0`])(
    'do not come from here: %s',
    (number) => {
      expect(parseSequence(number)).toBeUndefined();
    },
  );
});
