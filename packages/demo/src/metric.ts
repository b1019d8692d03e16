import { CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { DeployedSource } from '@tidemark/core/deployment';
import { eventCountMetric, metricNamespace, seriesDimensions } from '@tidemark/core/publish/datum';
import type { ClientSettings } from '@tidemark/ops-cli/target';

/** GetMetricData takes this many queries a call. */
const queriesMax = 500;
const dayMs = 86_400_000;

/** What CloudWatch holds of a source's series: the sum of `EventCount` over the two weeks that it takes data for. */
export class Metric {
  readonly #client: CloudWatchClient;
  readonly #source: DeployedSource;

  constructor(settings: ClientSettings, source: DeployedSource) {
    this.#client = new CloudWatchClient(settings);
    this.#source = source;
  }

  close(): void {
    this.#client.destroy();
  }

  /** Sums by event name. */
  async sums(names: readonly string[], nowMs: number): Promise<Map<string, number>> {
    const sums = new Map<string, number>();
    for (let from = 0; from < names.length; from += queriesMax) {
      const part = names.slice(from, from + queriesMax);
      const input = {
        StartTime: new Date(nowMs - 15 * dayMs),
        EndTime: new Date(nowMs + dayMs),
        MetricDataQueries: part.map((name, index) => sumQuery(this.#source.name, name, index)),
      };
      for await (const { MetricDataResults = [] } of paginateGetMetricData({ client: this.#client }, input)) {
        for (const { Id = '', Values = [] } of MetricDataResults) {
          const name = part[Number(Id.slice(1))];
          if (name !== undefined)
            sums.set(
              name,
              Values.reduce((sum, value) => sum + value, sums.get(name) ?? 0),
            );
        }
      }
    }
    return sums;
  }
}

function sumQuery(source: string, name: string, index: number): MetricDataQuery {
  return {
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: metricNamespace,
        MetricName: eventCountMetric,
        Dimensions: [...seriesDimensions(source, name)],
      },
      Period: 3600,
      Stat: 'Sum',
    },
  };
}
