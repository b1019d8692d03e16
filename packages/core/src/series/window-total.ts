import { roundedSum } from './exact-sum.ts';
import type { Measured } from './figures.ts';
import { averageOf, measuredFromItem, mergeMeasured } from './figures.ts';
import { decodeBucket } from './key.ts';
import type { WindowItem } from './partial.ts';
import { byNameAndTime, compareNames } from './total.ts';
import { isWindowSize, windowSeconds } from './window.ts';

/** What readers see of one name in one window. */
export interface WindowTotal {
  readonly name: string;
  /** Milliseconds since the epoch; the end is the first instant that is no part of it. */
  readonly startMs: number;
  readonly endMs: number;
  /** Readings. */
  readonly records: number;
  /** By measure; one that was configured later is missing. */
  readonly measures: ReadonlyMap<string, MeasureTotal>;
}

/** The figures of one measure over a window's readings. The sum is the exact one, rounded once. */
export interface MeasureTotal {
  /** Readings that hold the measure: fewer than the window's where it was configured in the middle of it. */
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly average: number;
}

/** Merges the partials of any number of slices into the totals of their windows (buckets are none), by name in code-point order, then by time. Partials of one generation. */
export function windowTotals(
  partials: Iterable<Pick<WindowItem, 'EventName' | 'Bucket' | 'EventCount' | 'Measures'>>,
): WindowTotal[] {
  const windows = new Map<string, Merged>();
  for (const { EventName: name, Bucket, EventCount, Measures } of partials) {
    const { size, startMs } = decodeBucket(Bucket);
    if (!isWindowSize(size)) continue;
    const key = `${size}#${startMs}#${name}`;
    let window = windows.get(key);
    if (window === undefined) {
      window = { name, startMs, endMs: startMs + windowSeconds(size) * 1000, records: 0, measured: {} };
      windows.set(key, window);
    }
    window.records += EventCount;
    window.measured = mergeMeasured(window.measured, measuredFromItem(Measures));
  }
  return byNameAndTime([...windows.values()], (one, other) => one.endMs - other.endMs).map(totalOf);
}

/**
 * The names of measures to show: those configured, in their order, then what else the rows hold from earlier configurations, in
 * code-point order.
 */
export function measureNames(totals: Iterable<WindowTotal>, configured: readonly string[]): string[] {
  const others = new Set<string>();
  for (const { measures } of totals) for (const name of measures.keys()) others.add(name);
  for (const name of configured) others.delete(name);
  return [...configured, ...[...others].sort(compareNames)];
}

interface Merged extends Omit<WindowTotal, 'records' | 'measures'> {
  records: number;
  measured: Measured;
}

function totalOf({ name, startMs, endMs, records, measured }: Merged): WindowTotal {
  const measures = new Map<string, MeasureTotal>();
  for (const [measure, figures] of Object.entries(measured)) {
    const { count, sum, minimum, maximum } = figures;
    measures.set(measure, { count, sum: roundedSum(sum), minimum, maximum, average: averageOf(figures) });
  }
  return { name, startMs, endMs, records, measures };
}
