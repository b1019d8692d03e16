import type { WatchedStat } from './alarm.ts';
import type { Excluded } from './watch.ts';

/** A metric with one statistic, as anomaly detection knows it. */
export type DetectedStat = Pick<WatchedStat, 'metric' | 'statistic'>;

/** The template's anomaly detectors: of each, the spans from which nothing is to be learnt. Bands need none of them. */
export class AnomalyDetectors {
  readonly #excluded = new Map<string, readonly Excluded[]>();

  put(stat: DetectedStat, excluded: readonly Excluded[]): void {
    this.#excluded.set(keyOf(stat), excluded);
  }

  excluded(stat: DetectedStat): readonly Excluded[] {
    return this.#excluded.get(keyOf(stat)) ?? [];
  }
}

function keyOf({ metric, statistic }: DetectedStat): string {
  return JSON.stringify([metric, statistic]);
}
