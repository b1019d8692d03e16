/**
 * A sum of finite numbers without rounding: the numbers whose sum it is, none of which overlaps another. The first is the sum
 * rounded to the nearest number, the second what that rounding left, rounded likewise, and so on; empty for 0. Equal sums are equal lists,
 * whatever the order and the grouping in which they came about.
 */
export type ExactSum = readonly number[];

/** What is known of one measure over some readings, at least one. */
export interface Figures {
  readonly count: number;
  readonly sum: ExactSum;
  readonly minimum: number;
  readonly maximum: number;
}

/** Figures by the names of measures. A name may be missing where the measure was configured later. */
export type Measured = Readonly<Record<string, Figures>>;

/** Figures as an item of the Series table holds them. */
export interface FiguresItem {
  readonly Count: number;
  /** The first of the exact sum, or 0. */
  readonly Sum: number;
  /** The others, where there are any. */
  readonly SumRest?: readonly number[];
  readonly Minimum: number;
  readonly Maximum: number;
}
