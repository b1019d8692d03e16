import type { Clock } from '../../clock.ts';
import { type Metric, sortDimensions } from './metric.ts';
import type { MetricStore } from './store.ts';

export type MetricUnit = 'Count' | 'Milliseconds' | 'Bytes';

/** What a service of the engine publishes of itself: what alarms may watch. */
export interface PublishedMetrics {
  /** `AWS/Lambda` */
  readonly namespace: string;
  /** By the name of each metric. */
  readonly units: Readonly<Record<string, MetricUnit>>;
  /** The names of the dimensions under which each of them is found, sorted. */
  readonly dimensions: readonly (readonly string[])[];
}

export interface ReporterOptions {
  readonly store: Pick<MetricStore, 'addSoon'>;
  readonly clock: Clock;
  readonly namespace: string;
  /** Every value counts under each of them: `[{ FunctionName: 'a' }, {}]`. */
  readonly dimensionSets: readonly Readonly<Record<string, string>>[];
}

const minuteMs = 60_000;

/** Publishes what one thing, a function or a stream, does, as AWS's services do by the minute. It is no call, and costs next to nothing. */
export class Reporter<Name extends string> {
  readonly #options: ReporterOptions;
  readonly #metrics = new Map<Name, readonly Metric[]>();

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** In the unit of the metric; `atMs` is now without it. */
  add(metricName: Name, value: number, atMs?: number): void {
    const { store, clock } = this.#options;
    const minute = Math.floor((atMs ?? clock.now()) / minuteMs) * minuteMs;
    for (const metric of this.#metricsOf(metricName)) store.addSoon(metric, minute, value);
  }

  #metricsOf(metricName: Name): readonly Metric[] {
    const known = this.#metrics.get(metricName);
    if (known !== undefined) return known;
    const { namespace, dimensionSets } = this.#options;
    const metrics = dimensionSets.map((set) => {
      const dimensions = Object.entries(set).map(([name, value]) => ({ name, value }));
      return { namespace, metricName, dimensions: sortDimensions(dimensions) };
    });
    this.#metrics.set(metricName, metrics);
    return metrics;
  }
}

/** Reporters by the name of what they report of, each made with its first value. */
export class Reporters<Name extends string> {
  readonly #byName = new Map<string, Reporter<Name>>();
  readonly #make: (name: string) => Reporter<Name>;

  constructor(make: (name: string) => Reporter<Name>) {
    this.#make = make;
  }

  of(name: string): Reporter<Name> {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const made = this.#make(name);
    this.#byName.set(name, made);
    return made;
  }
}
