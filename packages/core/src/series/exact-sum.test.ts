import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureMagnitudeMax, measureMagnitudeMin } from '../limits.ts';
import type { ExactSum } from './exact-sum.ts';
import { exactSumOf, mergeSums, plus, roundedSum, subtractSums } from './exact-sum.ts';

/** The reference: whole numbers of 2^-500, of any size. Every measure is one, and so is all that its sums leave. */
const unitsInOne = 2 ** 500;
const unitsOf = (value: number): bigint => BigInt(value * unitsInOne);
/** `Number` rounds a whole number of any size to the nearest, of two equally near ones to the even one. */
const rounded = (units: bigint): number => Number(units) / unitsInOne;

function expectedSum(values: readonly number[]): number[] {
  const sum: number[] = [];
  let units = values.reduce((total, value) => total + unitsOf(value), 0n);
  while (units !== 0n) {
    sum.push(rounded(units));
    units -= unitsOf(rounded(units));
  }
  return sum;
}

const isMeasure = (value: number): boolean =>
  value === 0 || (Math.abs(value) >= measureMagnitudeMin && Math.abs(value) <= measureMagnitudeMax);
const limits = [0, 1e100, -1e100, 1e-100, -1e-100];
/** A single bit anywhere: what lies beside it in a sum stays apart from it. */
const bit = fc.tuple(fc.integer({ min: -332, max: 332 }), fc.constantFrom(1, -1)).map(([at, sign]) => sign * 2 ** at);
const anyMagnitude = fc
  .tuple(fc.integer({ min: 2 ** 52, max: 2 ** 53 - 1 }), fc.integer({ min: -384, max: 279 }), fc.constantFrom(1, -1))
  .map(([digits, exponent, sign]) => sign * digits * 2 ** exponent);
const measure = fc
  .oneof(
    { weight: 3, arbitrary: fc.double({ min: -1000, max: 1000, noNaN: true }) },
    { weight: 3, arbitrary: anyMagnitude },
    { weight: 3, arbitrary: bit },
    { weight: 1, arbitrary: fc.constantFrom(...limits) },
  )
  .filter(isMeasure)
  .map((value) => value + 0);
const measures = fc.array(measure, { maxLength: 40 });
/** Numbers and, somewhere else among them, what takes them back. */
const cancelling = fc
  .tuple(measures, fc.infiniteStream(fc.nat()))
  .map(([values, order]) => shuffled([...values, ...values.slice(1).map((value) => -value + 0)], order));
const anyMeasures = fc.oneof(measures, cancelling);

function shuffled<Item>(items: readonly Item[], order: Iterator<number>): Item[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice((order.next().value ?? 0) % rest.length, 1));
}

/** Adds up the values as `cuts` group them. */
function grouped(values: readonly number[], cuts: Iterator<number>): ExactSum {
  if (values.length < 2) return exactSumOf(values);
  const cut = 1 + ((cuts.next().value ?? 0) % (values.length - 1));
  return mergeSums(grouped(values.slice(0, cut), cuts), grouped(values.slice(cut), cuts));
}

describe('an exact sum', () => {
  test('is the numbers that whole numbers of any size give: rounded, what that left, rounded, and so on', () => {
    fc.assert(
      fc.property(anyMeasures, (values) => {
        expect(exactSumOf(values)).toEqual(expectedSum(values));
      }),
      { numRuns: 1000 },
    );
  });

  test('does not depend on the order of the numbers or on how they are grouped', () => {
    fc.assert(
      fc.property(anyMeasures, fc.infiniteStream(fc.nat()), fc.infiniteStream(fc.nat()), (values, order, cuts) => {
        expect(grouped(shuffled(values, order), cuts)).toEqual(exactSumOf(values));
      }),
      { numRuns: 500 },
    );
  });

  test('of two sums is the same whichever comes first', () => {
    fc.assert(
      fc.property(anyMeasures, anyMeasures, (one, other) => {
        const [left, right] = [exactSumOf(one), exactSumOf(other)];
        expect(mergeSums(left, right)).toEqual(mergeSums(right, left));
        expect(mergeSums(left, right)).toEqual(expectedSum([...one, ...other]));
      }),
    );
  });

  test('without what it holds is what is left', () => {
    fc.assert(
      fc.property(anyMeasures, anyMeasures, (one, other) => {
        expect(subtractSums(exactSumOf([...one, ...other]), exactSumOf(other))).toEqual(exactSumOf(one));
        expect(subtractSums(exactSumOf(one), exactSumOf(other))).toEqual(
          expectedSum([...one, ...other.map((value) => -value)]),
        );
      }),
    );
  });

  test('of an exact sum is that sum', () => {
    fc.assert(
      fc.property(anyMeasures, (values) => {
        const sum = exactSumOf(values);
        expect(exactSumOf(sum)).toEqual(sum);
        expect(exactSumOf([...sum].reverse())).toEqual(sum);
      }),
    );
  });

  test('holds every magnitude that measures may have, at once', () => {
    // One bit in every third place: as many numbers apart from each other as there can be, and then none of them any more.
    const bits = Array.from({ length: 222 }, (_, at) => 2 ** (3 * at - 332));
    const apart = bits.flatMap((value, at) => [value, value * 2 ** 55 * (at % 2 === 0 ? 1 : -1)]).filter(isMeasure);
    const sum = exactSumOf(apart);
    expect(sum).toEqual(expectedSum(apart));
    expect(exactSumOf([...apart, ...apart.map((value) => -value).reverse()])).toEqual([]);
  });

  test.each([
    [[], []],
    [[0, 0], []],
    [[1e100, 1, -1e100], [1]],
    [
      [0.1, 0.2],
      [0.30000000000000004, -2.7755575615628914e-17],
    ],
    [Array(10).fill(0.1), [1, 5.551115123125783e-17]],
    [
      [2 ** 53, 1],
      [2 ** 53, 1],
    ],
    [
      [2 ** 53, 1, 1e-100],
      [2 ** 53 + 2, -1, 1e-100],
    ],
  ])('of %j is %j', (values, sum) => {
    expect(exactSumOf(values)).toEqual(sum);
    expect(roundedSum(sum)).toBe(sum[0] ?? 0);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'is not of %d, which harms no other',
    (value) => {
      expect(() => plus([1], value)).toThrow(RangeError);
      expect(() => exactSumOf([Number.MAX_VALUE, Number.MAX_VALUE])).toThrow(RangeError);
      expect(plus([1], 2)).toEqual([3]);
    },
  );
});
