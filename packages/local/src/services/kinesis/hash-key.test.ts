import { describe, expect, it } from 'vitest';
import { formatHashKey, hashKeyAfter, hashKeyBefore, hashKeyOf, parseHashKey, uniformRanges } from './hash-key.ts';

const last = String(2n ** 128n - 1n);

describe('hash keys', () => {
  it('are the MD5 of the UTF-8 bytes', () => {
    expect(hashKeyOf('')).toBe('d41d8cd98f00b204e9800998ecf8427e');
    expect(hashKeyOf('ä')).toBe('8419b71c87a225a2c70b50486fbee545');
  });

  it.each(['0', '1', '170141183460469231731687303715884105728', last])('go to and fro: %s', (decimal) => {
    const key = parseHashKey(decimal);
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(formatHashKey(key ?? '')).toBe(decimal);
  });

  it('end with the key space', () => {
    expect(parseHashKey(String(2n ** 128n))).toBeUndefined();
  });

  it.each([1, 2, 3, 7, 100])('are divided among %i shards without gap or overlap', (count) => {
    const ranges = uniformRanges(count);
    expect(ranges).toHaveLength(count);
    expect(formatHashKey(ranges[0]?.start ?? '')).toBe('0');
    expect(formatHashKey(ranges.at(-1)?.end ?? '')).toBe(last);
    ranges.slice(1).forEach(({ start }, index) => {
      expect(hashKeyBefore(start)).toBe(ranges[index]?.end);
      expect(hashKeyAfter(ranges[index]?.end ?? '')).toBe(start);
    });
  });
});
