import type { FiguresRow, WindowRow } from '@tidemark/core/generate/window-expectation';
import { minuteOf, type Statistic, type StatisticPoint } from './statistics.ts';

/** What the comparison of CloudWatch with the table came to. */
export interface StatisticsComparison {
  /** Statistic sets compared: one a name, measure and minute. */
  readonly sets: number;
  /** Those that differ, each as it was to be and as it was found: `distance of Bayard at 09:01: sum 5 instead of 4`. */
  readonly differences: readonly string[];
}

type Sets = Map<string, Partial<Record<Statistic, number>>>;

/** How far a sum may be off, relative to what was added up. */
const sumTolerance = 1e-9;

/** Compares every statistic set in CloudWatch with the rows of the table: counts, minima and maxima exactly. */
export function compareStatistics(rows: Iterable<WindowRow>, points: Iterable<StatisticPoint>): StatisticsComparison {
  const expected = setsOfRows(rows);
  const found: Sets = new Map();
  for (const { name, measure, minuteMs, statistic, value } of points) {
    const key = keyOf(name, measure, minuteMs);
    found.set(key, { ...found.get(key), [statistic]: value });
  }
  const keys = new Set([...expected.keys(), ...found.keys()]);
  const differences = [...keys].flatMap((key) => {
    const faults = faultsOf(expected.get(key), found.get(key));
    const [name, measure, minuteMs] = JSON.parse(key);
    const at = new Date(minuteMs).toISOString().slice(11, 16);
    return faults.length === 0 ? [] : [`${measure} of ${name} at ${at}: ${faults.join(', ')}`];
  });
  return { sets: keys.size, differences };
}

function setsOfRows(rows: Iterable<WindowRow>): Map<string, FiguresRow> {
  const sets = new Map<string, FiguresRow>();
  for (const { name, startMs, measures } of rows) {
    for (const [measure, figures] of measures) {
      const key = keyOf(name, measure, minuteOf(startMs));
      const before = sets.get(key);
      sets.set(key, before === undefined ? figures : merged(before, figures));
    }
  }
  return sets;
}

function merged(one: FiguresRow, other: FiguresRow): FiguresRow {
  return {
    count: one.count + other.count,
    sum: one.sum + other.sum,
    minimum: Math.min(one.minimum, other.minimum),
    maximum: Math.max(one.maximum, other.maximum),
  };
}

function faultsOf(expected: FiguresRow | undefined, found: Partial<Record<Statistic, number>> | undefined): string[] {
  if (expected === undefined) return ['not in the table'];
  if (found === undefined) return ['not in CloudWatch'];
  const { count, minimum, maximum, sum } = expected;
  const off = Math.abs((found.sum ?? Number.NaN) - sum);
  const figures = [
    ['count', found.count === count],
    ['minimum', found.minimum === minimum],
    ['maximum', found.maximum === maximum],
    // A window that was written in parts has its sum in CloudWatch as the sum of what each part added.
    ['sum', off <= sumTolerance * count * Math.max(Math.abs(minimum), Math.abs(maximum))],
  ] as const;
  return figures.flatMap(([figure, isEqual]) =>
    isEqual ? [] : [`${figure} ${found[figure] ?? 'missing'} instead of ${expected[figure]}`],
  );
}

function keyOf(name: string, measure: string, minuteMs: number): string {
  return JSON.stringify([name, measure, minuteMs]);
}
