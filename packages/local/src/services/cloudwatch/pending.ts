import { type Datum, type Metric, mergeStatistics, type StatisticSet } from './metric.ts';

/** A minute of a metric, as it grows. */
type Growing = { -readonly [Member in keyof StatisticSet]: StatisticSet[Member] };

/** Points that nobody has read yet, added up by the minute in memory. Metrics are told apart by identity, which is quick. */
export class PendingPoints {
  readonly #minutes = new Map<Metric, Map<number, Growing>>();
  #count = 0;

  /** Points, each a metric's minute. */
  get count(): number {
    return this.#count;
  }

  /** One value, at the start of a minute. */
  add(metric: Metric, atMs: number, value: number): void {
    const minutes = this.#minutes.get(metric) ?? new Map<number, Growing>();
    if (minutes.size === 0) this.#minutes.set(metric, minutes);
    const one = { sampleCount: 1, sum: value, minimum: value, maximum: value };
    const point = minutes.get(atMs);
    if (point !== undefined) {
      Object.assign(point, mergeStatistics(point, one));
      return;
    }
    minutes.set(atMs, one);
    this.#count += 1;
  }

  /** All of them; from then on there are none. */
  take(): readonly Datum[] {
    const data = [...this.#minutes].flatMap(([metric, minutes]) =>
      Array.from(minutes, ([atMs, set]) => ({ metric, atMs, ...set })),
    );
    this.#minutes.clear();
    this.#count = 0;
    return data;
  }
}
