/** A metric's identity: what `ListMetrics` lists. */
export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  /** By name, ascending: their order is no part of the identity. */
  readonly dimensions: readonly Dimension[];
}

export interface Dimension {
  readonly name: string;
  readonly value: string;
}

/** All values that fell into one minute, or several. */
export interface StatisticSet {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface Datapoint extends StatisticSet {
  /** The start of the minute, in milliseconds since the epoch. */
  readonly atMs: number;
}

/** What one datum of `PutMetricData` adds. */
export interface Datum extends Datapoint {
  readonly metric: Metric;
}

export function sortDimensions(dimensions: readonly Dimension[]): readonly Dimension[] {
  return dimensions.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

export function mergeStatistics(a: StatisticSet, b: StatisticSet): StatisticSet {
  return {
    sampleCount: a.sampleCount + b.sampleCount,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  };
}
