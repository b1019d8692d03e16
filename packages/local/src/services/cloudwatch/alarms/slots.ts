import { type Datapoint, type Metric, mergeStatistics, type StatisticSet } from '../metric.ts';
import { type Statistic, statisticOf } from '../statistic.ts';
import type { MetricStore } from '../store.ts';
import type { Slot } from './decide.ts';

export interface SlotSpan {
  /** The end of the newest slot. */
  readonly endMs: number;
  readonly periodMs: number;
  readonly count: number;
}

/** Minutes put into an alarm's periods, the newest first. These end when the alarm is evaluated, whatever the hour has of them. */
export function slotsOf(
  points: readonly Datapoint[],
  statistic: Statistic,
  { endMs, periodMs, count }: SlotSpan,
): readonly Slot[] {
  const sets: (StatisticSet | undefined)[] = Array.from({ length: count }, () => undefined);
  for (const point of points) {
    const index = Math.ceil((endMs - point.atMs) / periodMs) - 1;
    if (index < 0 || index >= count) continue;
    const before = sets[index];
    sets[index] = before === undefined ? point : mergeStatistics(before, point);
  }
  return sets.map((set, index) => {
    const atMs = endMs - (index + 1) * periodMs;
    if (set === undefined) return { atMs, value: undefined };
    return { atMs, value: statisticOf(statistic, set), sampleCount: set.sampleCount };
  });
}

/** The minutes of a metric that an alarm looks at. They are read from the store again only when something was put there. */
export class MetricWindow {
  readonly #store: MetricStore;
  readonly #metric: Metric;
  #puts = -1;
  #fromMs = Number.POSITIVE_INFINITY;
  #points: readonly Datapoint[] = [];

  constructor(store: MetricStore, metric: Metric) {
    this.#store = store;
    this.#metric = metric;
  }

  /** From `fromMs` on, and possibly older ones. */
  read(fromMs: number): readonly Datapoint[] {
    const puts = this.#store.putsOf(this.#metric);
    if (puts !== this.#puts || fromMs < this.#fromMs) {
      this.#points = this.#store.points(this.#metric, fromMs, Number.MAX_SAFE_INTEGER);
      this.#puts = puts;
    }
    this.#fromMs = fromMs;
    return this.#points;
  }
}
