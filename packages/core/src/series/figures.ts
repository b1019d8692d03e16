import type { ExactSum } from './exact-sum.ts';
import { exactSumOf, mergeSums, plus, roundedSum, subtractSums } from './exact-sum.ts';

/** What is known of one measure over some readings, at least one. */
export interface Figures {
  readonly count: number;
  readonly sum: ExactSum;
  readonly minimum: number;
  readonly maximum: number;
}

/** Figures by the names of measures. A name may be missing where the measure was configured later. */
export type Measured = Readonly<Record<string, Figures>>;

/** Figures as an item of the Series table holds them. Its numbers may lie beyond the safe integers: they are doubles, as they were written. */
export interface FiguresItem {
  readonly Count: number;
  /** The first of the exact sum, or 0. */
  readonly Sum: number;
  /** The others, where there are any. */
  readonly SumRest?: readonly number[];
  readonly Minimum: number;
  readonly Maximum: number;
}

/** Figures that take reading after reading. */
export class GrowingFigures implements Figures {
  count: number;
  sum: ExactSum;
  minimum: number;
  maximum: number;

  constructor({ count, sum, minimum, maximum }: Figures) {
    this.count = count;
    this.sum = sum;
    this.minimum = minimum;
    this.maximum = maximum;
  }

  /** `value` is finite and not -0. */
  add(value: number): void {
    this.count += 1;
    this.sum = plus(this.sum, value);
    if (value < this.minimum) this.minimum = value;
    if (value > this.maximum) this.maximum = value;
  }
}

/** The figures of one reading: finite, not -0. */
export function figuresOf(value: number): Figures {
  return { count: 1, sum: value === 0 ? [] : [value], minimum: value, maximum: value };
}

/** Of two sets of readings that have none in common. */
export function mergeFigures(one: Figures, other: Figures): Figures {
  return {
    count: one.count + other.count,
    sum: mergeSums(one.sum, other.sum),
    minimum: Math.min(one.minimum, other.minimum),
    maximum: Math.max(one.maximum, other.maximum),
  };
}

/** The same, measure by measure; one that only one side has stays as it is. */
export function mergeMeasured(one: Measured, other: Measured): Measured {
  const merged = new Map(Object.entries(one));
  for (const [name, figures] of Object.entries(other)) {
    const before = merged.get(name);
    merged.set(name, before === undefined ? figures : mergeFigures(before, figures));
  }
  return Object.fromEntries(merged);
}

/**
 * What came to `older` to make `newer`, as far as figures tell: count and sum exactly; of the minimum and the maximum no more than that they
 * lie within those of `newer`, which it has. `count` is 0 where nothing came, and negative where `newer` does not hold `older`.
 */
export function differenceOf(newer: Figures, older: Figures | undefined): Figures {
  if (older === undefined) return newer;
  return {
    count: newer.count - older.count,
    sum: subtractSums(newer.sum, older.sum),
    minimum: newer.minimum,
    maximum: newer.maximum,
  };
}

/** The rounded sum by the count, rounded once more. */
export function averageOf({ count, sum }: Figures): number {
  return roundedSum(sum) / count;
}

export function figuresToItem({ count, sum, minimum, maximum }: Figures): FiguresItem {
  const [, ...rest] = sum;
  return {
    Count: count,
    Sum: roundedSum(sum),
    ...(rest.length === 0 ? {} : { SumRest: rest }),
    Minimum: minimum,
    Maximum: maximum,
  };
}

export function figuresFromItem({ Count, Sum, SumRest = [], Minimum, Maximum }: FiguresItem): Figures {
  return { count: Count, sum: exactSumOf([Sum, ...SumRest]), minimum: Minimum, maximum: Maximum };
}

export function measuredToItem(measured: Measured): Readonly<Record<string, FiguresItem>> {
  return Object.fromEntries(Object.entries(measured).map(([name, figures]) => [name, figuresToItem(figures)]));
}

export function measuredFromItem(item: Readonly<Record<string, FiguresItem>>): Measured {
  return Object.fromEntries(Object.entries(item).map(([name, figures]) => [name, figuresFromItem(figures)]));
}
