import { CloudWatchClient, type Metric, paginateGetMetricData, paginateListMetrics } from '@aws-sdk/client-cloudwatch';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { Engine } from '@tidemark/local/engine';
import type { Statistics } from './figure-differences.ts';

const dayMs = 86_400_000;
/** GetMetricData takes this many queries a call. */
const queriesMax = 500;

const countMetric = 'EventCount';
/** Says once more what corrections put into the others. */
const correctionMetric = 'Correction';
const statistics = { count: 'SampleCount', sum: 'Sum', minimum: 'Minimum', maximum: 'Maximum' } as const;
type StatisticName = keyof typeof statistics;

interface Query {
  readonly metric: Metric;
  readonly statistic: StatisticName;
}

/** Reads what CloudWatch holds of a source, over the wire. A minute is `2026-11-02T09:00:00Z`. */
export class FoundFigures {
  readonly #source: DeployedSource;
  readonly #engine: Engine;
  readonly #cloudwatch: CloudWatchClient;

  constructor(engine: Engine, source: DeployedSource) {
    const { endpoint, region } = engine;
    this.#source = source;
    this.#engine = engine;
    this.#cloudwatch = new CloudWatchClient({
      ...{ endpoint, region },
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  }

  close(): void {
    this.#cloudwatch.destroy();
  }

  /** Sums of events by `<EventName> <minute>`. `sinceMs`: of two days ago, unless told. */
  async counts(sinceMs?: number): Promise<Map<string, number>> {
    const queries = (await this.#metrics())
      .filter(({ MetricName }) => MetricName === countMetric)
      .map((metric) => ({ metric, statistic: 'sum' }) as const);
    const counts = new Map<string, number>();
    for await (const { metric, minute, value } of this.#values(queries, sinceMs)) {
      const key = `${nameOf(metric)} ${minute}`;
      counts.set(key, (counts.get(key) ?? 0) + value);
    }
    return counts;
  }

  /** Statistics of measures by `<measure> <EventName> <minute>`. `sinceMs`: as of counts. */
  async measures(sinceMs?: number): Promise<Map<string, Statistics>> {
    const queries = (await this.#metrics())
      .filter(({ MetricName }) => MetricName !== countMetric && MetricName !== correctionMetric)
      .flatMap((metric) => Object.keys(statistics).map((each) => ({ metric, statistic: each as StatisticName })));
    const measures = new Map<string, Statistics>();
    for await (const { metric, statistic, minute, value } of this.#values(queries, sinceMs)) {
      const key = `${metric.MetricName} ${nameOf(metric)} ${minute}`;
      const none = { count: Number.NaN, sum: Number.NaN, minimum: Number.NaN, maximum: Number.NaN };
      measures.set(key, { ...(measures.get(key) ?? none), [statistic]: value });
    }
    return measures;
  }

  async #metrics(): Promise<Metric[]> {
    const metrics: Metric[] = [];
    // Those of its series: what looks at the source tell has no name of an event.
    const Dimensions = [{ Name: 'Source', Value: this.#source.name }, { Name: 'EventName' }];
    const filter = { Namespace: 'Tidemark', Dimensions };
    for await (const { Metrics = [] } of paginateListMetrics({ client: this.#cloudwatch }, filter)) {
      metrics.push(...Metrics);
    }
    return metrics;
  }

  /** Until the end of tomorrow. */
  async *#values(
    queries: readonly Query[],
    sinceMs = this.#engine.clock.now() - 2 * dayMs,
  ): AsyncGenerator<Query & { readonly minute: string; readonly value: number }> {
    const nowMs = this.#engine.clock.now();
    for (let from = 0; from < queries.length; from += queriesMax) {
      const part = queries.slice(from, from + queriesMax);
      const input = {
        StartTime: new Date(sinceMs),
        EndTime: new Date(nowMs + dayMs),
        MetricDataQueries: part.map(({ metric, statistic }, index) => ({
          Id: `m${index}`,
          MetricStat: { Metric: metric, Period: 60, Stat: statistics[statistic] },
        })),
      };
      for await (const { MetricDataResults = [] } of paginateGetMetricData({ client: this.#cloudwatch }, input)) {
        for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
          const query = part[Number(Id.slice(1))];
          if (query === undefined) throw new Error(`${Id} was not asked for`);
          for (const [index, at] of Timestamps.entries()) {
            yield { ...query, minute: `${at.toISOString().slice(0, 19)}Z`, value: Values[index] ?? Number.NaN };
          }
        }
      }
    }
  }
}

function nameOf({ Dimensions = [] }: Metric): string | undefined {
  const { Value } = Dimensions.find(({ Name }) => Name === 'EventName') ?? {};
  // What is not ASCII stands there percent-encoded.
  return Value === undefined ? undefined : decodeURIComponent(Value);
}
