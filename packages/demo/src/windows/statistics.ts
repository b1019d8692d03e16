import { CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { DeployedSource } from '@tidemark/core/deployment';
import { metricNamespace, seriesDimensions } from '@tidemark/core/publish/datum';
import type { ClientSettings } from '@tidemark/ops-cli/target';

/** GetMetricData takes this many queries a call. */
const queriesMax = 500;
const periodSeconds = 60;
const minuteMs = periodSeconds * 1000;

const statistics = { count: 'SampleCount', sum: 'Sum', minimum: 'Minimum', maximum: 'Maximum' } as const;
export type Statistic = keyof typeof statistics;

/** One statistic of a measure of a name in one minute, which may hold several windows. */
export interface StatisticPoint {
  readonly name: string;
  readonly measure: string;
  /** Start of the minute, milliseconds since the epoch. */
  readonly minuteMs: number;
  readonly statistic: Statistic;
  readonly value: number;
}

/** Start of the minute under which CloudWatch shows a window. */
export function minuteOf(startMs: number): number {
  return Math.floor(startMs / minuteMs) * minuteMs;
}

/** What CloudWatch holds of a source's windows: a metric for each measure of each name. */
export class Statistics {
  readonly #client: CloudWatchClient;
  readonly #source: DeployedSource;

  constructor(settings: ClientSettings, source: DeployedSource) {
    this.#client = new CloudWatchClient(settings);
    this.#source = source;
  }

  close(): void {
    this.#client.destroy();
  }

  /** Of windows that start between two instants, the later one included. */
  async read(
    names: readonly string[],
    wanted: readonly Statistic[],
    span: { readonly fromMs: number; readonly toMs: number },
  ): Promise<StatisticPoint[]> {
    const { measures = [] } = this.#source.event;
    const asked = names.flatMap((name) =>
      measures.flatMap((measure) => wanted.map((statistic) => ({ name, measure: measure.name, statistic }))),
    );
    const points: StatisticPoint[] = [];
    for (let from = 0; from < asked.length; from += queriesMax) {
      const part = asked.slice(from, from + queriesMax);
      const input = {
        StartTime: new Date(minuteOf(span.fromMs)),
        EndTime: new Date(minuteOf(span.toMs) + minuteMs),
        MetricDataQueries: part.map((each, index) => this.#query(each, index)),
      };
      for await (const { MetricDataResults = [] } of paginateGetMetricData({ client: this.#client }, input)) {
        for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
          const one = part[Number(Id.slice(1))];
          if (one === undefined) continue;
          for (const [index, value] of Values.entries()) {
            points.push({ ...one, minuteMs: Timestamps[index]?.getTime() ?? Number.NaN, value });
          }
        }
      }
    }
    return points;
  }

  #query({ name, measure, statistic }: Omit<StatisticPoint, 'minuteMs' | 'value'>, index: number): MetricDataQuery {
    const Dimensions = [...seriesDimensions(this.#source.name, name)];
    return {
      Id: `m${index}`,
      MetricStat: {
        Metric: { Namespace: metricNamespace, MetricName: measure, Dimensions },
        Period: periodSeconds,
        Stat: statistics[statistic],
      },
    };
  }
}
