import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketSizes, bucketStart } from './bucket.ts';
import { bucketRange, decodeBucket, encodeBucket, sliceOfShard } from './key.ts';

const size = fc.constantFrom(...bucketSizes);
const instant = fc.integer({ min: Date.parse('0000-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59Z') });
const key = fc
  .record({
    size,
    generation: fc.integer({ min: 0, max: 9999 }),
    timeMs: instant,
    slice: fc.stringMatching(/^\d{12}$/),
  })
  .map(({ timeMs, ...rest }) => ({ ...rest, startMs: bucketStart(timeMs, rest.size) }));

describe('keys of the Series table', () => {
  test('give back what they were made of', () => {
    fc.assert(
      fc.property(key, (one) => {
        expect(decodeBucket(encodeBucket(one))).toEqual(one);
      }),
    );
  });

  test('of one size and generation are in the order of time', () => {
    fc.assert(
      fc.property(key, instant, (one, timeMs) => {
        const other = { ...one, startMs: bucketStart(timeMs, one.size) };
        expect(encodeBucket(one) < encodeBucket(other)).toBe(one.startMs < other.startMs);
      }),
    );
  });

  test('lie in a range exactly when their bucket starts in it', () => {
    fc.assert(
      fc.property(key, key, instant, instant, (one, other, fromMs, toMs) => {
        const { low, high } = bucketRange(
          other.size,
          other.generation,
          bucketStart(fromMs, other.size),
          bucketStart(toMs, other.size),
        );
        const bucket = encodeBucket(one);
        const isIn =
          one.size === other.size &&
          one.generation === other.generation &&
          one.startMs >= bucketStart(fromMs, other.size) &&
          one.startMs < bucketStart(toMs, other.size);
        expect(bucket >= low && bucket <= high).toBe(isIn);
        const whole = bucketRange(other.size, other.generation);
        expect(bucket >= whole.low && bucket <= whole.high).toBe(
          one.size === other.size && one.generation === other.generation,
        );
      }),
    );
  });

  test('take the digits of a shard for its slice', () => {
    expect(sliceOfShard('shardId-000000000003')).toBe('000000000003');
    expect(encodeBucket({ size: '1h', generation: 0, startMs: Date.UTC(2026, 10, 2, 9), slice: '000000000003' })).toBe(
      '1h#0000#2026-11-02T09:00:00Z#000000000003',
    );
  });

  test.each([
    '',
    '1h',
    '2h#0000#2026-11-02T09:00:00Z#0',
    '1h#0000#then#0',
    'w0#0000#2026-11-02T09:00:00Z#0',
    'w901#0000#2026-11-02T09:00:00Z#0',
  ])('are not read from %j', (text) => {
    expect(() => decodeBucket(text)).toThrow(RangeError);
  });
});
