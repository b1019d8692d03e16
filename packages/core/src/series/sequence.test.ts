import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSequence, encodeSequence } from './sequence.ts';

const number = fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 129n - 1n }), fc.bigInt({ min: 0n, max: 2000n }));

describe('fences', () => {
  test('have the order of the numbers', () => {
    fc.assert(
      fc.property(number, number, (one, other) => {
        const [left, right] = [encodeSequence(String(one)), encodeSequence(String(other))];
        expect(left < right).toBe(one < other);
        expect(left === right).toBe(one === other);
      }),
    );
  });

  test('give the number back', () => {
    fc.assert(
      fc.property(number, (value) => {
        expect(decodeSequence(encodeSequence(String(value)))).toBe(String(value));
      }),
    );
  });

  test.each(['', '01', '-1', '1.5', '1e9', ' 1', '9'.repeat(130), 'TRIM_HORIZON'])('are not made of %j', (text) => {
    expect(() => encodeSequence(text)).toThrow(RangeError);
  });
});
