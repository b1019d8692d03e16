import { invalidParameter } from './failures.ts';
import { type Datapoint, mergeStatistics, type StatisticSet } from './metric.ts';

const statistics = ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'] as const;
export type Statistic = (typeof statistics)[number];

/** Throws for percentiles and their like, which need every single value. */
export function readStatistic(name: string | undefined): Statistic {
  const statistic = statistics.find((each) => each === name);
  if (statistic !== undefined) return statistic;
  throw invalidParameter(`The local engine does not serve the statistic ${name}; it serves ${statistics.join(', ')}.`);
}

export function statisticOf(statistic: Statistic, set: StatisticSet): number {
  switch (statistic) {
    case 'SampleCount':
      return set.sampleCount;
    case 'Sum':
      return set.sum;
    case 'Average':
      return set.sampleCount === 0 ? 0 : set.sum / set.sampleCount;
    case 'Minimum':
      return set.minimum;
    case 'Maximum':
      return set.maximum;
  }
}

/** Throws for a period that is no multiple of a minute. */
export function readPeriodMs(seconds: number | undefined): number {
  if (seconds !== undefined && seconds > 0 && seconds % 60 === 0) return seconds * 1_000;
  throw invalidParameter(
    `The value ${seconds} for parameter Period is not supported: the local engine keeps metrics by the minute, so that periods are multiples of 60.`,
  );
}

/** Minutes added up by periods that begin at multiples of the period, ascending. */
export function byPeriod(points: readonly Datapoint[], periodMs: number): readonly Datapoint[] {
  const periods = new Map<number, Datapoint>();
  for (const point of points) {
    const atMs = Math.floor(point.atMs / periodMs) * periodMs;
    const before = periods.get(atMs);
    periods.set(atMs, { ...(before === undefined ? point : mergeStatistics(before, point)), atMs });
  }
  return [...periods.values()].sort((a, b) => a.atMs - b.atMs);
}
