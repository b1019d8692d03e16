import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { sourceDimensions } from '@tidemark/core/health/datum';
import { metricNamespace, seriesDimensions } from '@tidemark/core/publish/datum';
import { EngineClock } from '@tidemark/local/clock';
import type { Gateway } from '@tidemark/local/gateway/gateway';
import { startGateway } from '@tidemark/local/gateway/gateway';
import { cut } from '@tidemark/local/gateway/intercept';
import { cloudWatchService } from '@tidemark/local/services/cloudwatch/service';
import { MetricStore } from '@tidemark/local/services/cloudwatch/store';

/** A CloudWatch with the real limits, on the wall's time, on a port of the loopback address. */
export class Metrics {
  /** Calls of PutMetricData that were answered, or lost. */
  puts = 0;
  /** Whether the answer to the next call is lost: it takes effect all the same. */
  loseAnswer = false;
  readonly #gateway: Gateway;
  readonly #store: MetricStore;
  readonly #client: CloudWatchClient;

  private constructor(gateway: Gateway, store: MetricStore) {
    this.#gateway = gateway;
    this.#store = store;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    this.#client = new CloudWatchClient({ endpoint: gateway.endpoint, region: 'us-east-1', credentials });
  }

  static async start(): Promise<Metrics> {
    const store = new MetricStore(undefined);
    const options = { store, clock: new EngineClock(), account: '000000000000', operations: {} };
    let metrics: Metrics | undefined;
    const gateway = await startGateway({
      port: 0,
      services: new Map([['monitoring', cloudWatchService(options)]]),
      interceptors: [
        async ({ request }, proceed) => {
          const answer = await proceed();
          if (metrics === undefined || request.operation !== 'PutMetricData') return answer;
          metrics.puts += 1;
          return metrics.loseAnswer ? cut : answer;
        },
      ],
      control: async () => undefined,
      functionOf: () => undefined,
      onError: (error) => {
        throw error;
      },
    });
    metrics = new Metrics(gateway, store);
    return metrics;
  }

  get endpoint(): string {
    return this.#gateway.endpoint;
  }

  async stop(): Promise<void> {
    this.#client.destroy();
    await this.#gateway.close();
    this.#store.close();
  }

  /** `{ '2026-11-02T09:30:00.000Z': { SampleCount, Sum, Minimum, Maximum } }` of a metric of a series, by the minute. */
  async of(source: string, name: string, MetricName: string, fromMs: number, toMs: number) {
    const command = new GetMetricStatisticsCommand({
      Namespace: metricNamespace,
      MetricName,
      Dimensions: [...seriesDimensions(source, name)],
      StartTime: new Date(fromMs),
      EndTime: new Date(toMs),
      Period: 60,
      Statistics: ['SampleCount', 'Sum', 'Minimum', 'Maximum'],
    });
    const { Datapoints = [] } = await this.#client.send(command);
    const points = Datapoints.map(
      ({ Timestamp, SampleCount, Sum, Minimum, Maximum }) =>
        [Timestamp?.toISOString() ?? '', { SampleCount, Sum, Minimum, Maximum }] as const,
    );
    return Object.fromEntries(points.sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** What was told of a source as a whole within the last hour, one number a datum, added up. */
  async told(source: string, MetricName: string) {
    const command = new GetMetricStatisticsCommand({
      ...{ Namespace: metricNamespace, MetricName, Dimensions: [...sourceDimensions(source)] },
      ...{ StartTime: new Date(Date.now() - 3_600_000), EndTime: new Date(Date.now() + 60_000), Period: 60 },
      Statistics: ['SampleCount', 'Sum'],
    });
    const { Datapoints = [] } = await this.#client.send(command);
    const sum = (field: 'SampleCount' | 'Sum') => Datapoints.reduce((all, point) => all + (point[field] ?? 0), 0);
    return { times: sum('SampleCount'), sum: sum('Sum') };
  }
}
