import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExactTotal } from './exact-total.ts';

function sum(...values: readonly number[]): number {
  const total = new ExactTotal();
  for (const value of values) total.add(value);
  return total.rounded();
}

const ulp = 2 ** -52;
const tiny = Number.MIN_VALUE;

test.each([
  [[], 0],
  [[0.1, 0.2, 0.3, -0.6], 2.7755575615628914e-17],
  [[1e100, 1, -1e100], 1],
  [[1e100, 1e-100, -1e100, -1e-100], 0],
  [[-3, 1], -2],
  [[tiny, tiny], 2 * tiny],
  [[1, tiny], 1],
  [[Number.MAX_VALUE, -Number.MAX_VALUE, tiny], tiny],
  // Half a unit in the last place goes to the even one, and with the least more it goes up.
  [[1, ulp / 2], 1],
  [[1, ulp / 2, tiny], 1 + ulp],
  [[1 + ulp, ulp / 2], 1 + 2 * ulp],
  [[1 + ulp, ulp / 2, -tiny], 1 + ulp],
  [[-1, -ulp / 2, -tiny], -1 - ulp],
])('%j add up to %d', (values, expected) => {
  expect(sum(...values)).toBe(expected);
});

test('one number alone comes out as it went in, and two as a processor adds them', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(finite, (value) => sum(value) === value));
  fc.assert(fc.property(finite, finite, (one, other) => sum(one, other) === one + other));
});

test('neither order nor grouping matters', () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e100, max: 1e100 }), { maxLength: 30 });
  fc.assert(
    fc.property(values, values, (some, others) => {
      const [one, other] = [new ExactTotal(), new ExactTotal()];
      for (const value of some) one.add(value);
      for (const value of others) other.add(value);
      one.merge(other);
      return one.rounded() === sum(...[...others, ...some].toReversed());
    }),
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is refused', (value) => {
  expect(() => sum(value)).toThrow(RangeError);
});
