import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { HealthDatum } from '@tidemark/core/health/datum';
import type { Datum } from '@tidemark/core/publish/datum';
import { metricNamespace } from '@tidemark/core/publish/datum';
import { clientSettings } from './client.ts';

export class CloudWatch {
  readonly #client = new CloudWatchClient({
    ...clientSettings,
    // A call whose answer is lost is made again and counts twice: it gets twice the time to answer.
    requestHandler: { ...clientSettings.requestHandler, requestTimeout: 10_000 },
  });

  /** All of `data` or nothing: one datum that CloudWatch refuses fails the call. */
  async put(data: readonly (Datum | HealthDatum)[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const command = new PutMetricDataCommand({
      Namespace: metricNamespace,
      MetricData: data.map((datum) => ({ ...datum, Dimensions: [...datum.Dimensions] })),
    });
    await this.#client.send(command, { abortSignal: signal });
  }
}
