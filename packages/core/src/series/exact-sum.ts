import { Adder } from 'd3-array';

/**
 * A sum of finite numbers without rounding: the numbers whose sum it is, none of which overlaps another. The first is the sum
 * rounded to the nearest number, the second what that rounding left, rounded likewise, and so on; empty for 0. Equal sums are equal lists,
 * whatever the order and the grouping in which they came about.
 *
 * Numbers between `measureMagnitudeMin` and `measureMagnitudeMax` are whole multiples of 2^-385, and as many of them as can be counted add up to
 * less than 2^386. Each number of a list has 53 bits of that and lies below all of the one before: a list has at most 15.
 */
export type ExactSum = readonly number[];

/**
 * Adds numbers without rounding, as up to 32 that do not overlap: two lists find room in it. Left to many readings it would overflow:
 * single bits far from each other, sent on purpose, need more places than that. So nothing is left in it between two calls. Made
 * once, since making one takes five times as long as an addition.
 */
let adder = new Adder();

export function plus(sum: ExactSum, value: number): ExactSum {
  give(sum);
  adder.add(value);
  return taken();
}

export function mergeSums(one: ExactSum, other: ExactSum): ExactSum {
  give(one);
  give(other);
  return taken();
}

/** `one` without what is in `other`. */
export function subtractSums(one: ExactSum, other: ExactSum): ExactSum {
  give(one);
  for (const part of other) adder.add(-part);
  return taken();
}

/** Of any numbers, in any number: a list that somebody else wrote becomes an exact sum. */
export function exactSumOf(values: Iterable<number>): ExactSum {
  let sum: ExactSum = [];
  for (const value of values) sum = plus(sum, value);
  return sum;
}

/** The number nearest to the sum, of two equally near ones the even one. */
export function roundedSum(sum: ExactSum): number {
  return sum[0] ?? 0;
}

function give(sum: ExactSum): void {
  for (let at = 0; at < sum.length; at += 1) adder.add(sum[at] as number);
}

/** Rounds what the adder holds, takes that out, and goes on with the rest. Throws a RangeError where a number was not finite. */
function taken(): ExactSum {
  const sum: number[] = [];
  for (;;) {
    const rounded = adder.valueOf();
    if (rounded === 0) return sum;
    if (!Number.isFinite(rounded)) {
      adder = new Adder();
      throw new RangeError('an exact sum is of finite numbers that add up to a finite one');
    }
    sum.push(rounded);
    adder.add(-rounded);
  }
}
