import type { CompositeAlarm, MetricAlarm, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { clientSettings } from './client.ts';

/** Names of one `alarms`, at most: what DescribeAlarms takes. */
export const describedAlarmsMax = 100;

/** Apart from what publishes (cloudwatch.ts): that function reads nothing. */
export class CloudWatchReading {
  readonly #client = new CloudWatchClient(clientSettings);

  /** Alarms on metrics of these names, as many as there are. */
  async alarms(names: readonly string[], signal: AbortSignal): Promise<readonly MetricAlarm[]> {
    signal.throwIfAborted();
    const command = new DescribeAlarmsCommand({ AlarmNames: [...names], MaxRecords: describedAlarmsMax });
    const { MetricAlarms = [] } = await this.#client.send(command, { abortSignal: signal });
    return MetricAlarms;
  }

  /** The same with composite ones, which are not described unless they are asked for. */
  async anyAlarms(names: readonly string[], signal: AbortSignal): Promise<readonly (MetricAlarm | CompositeAlarm)[]> {
    signal.throwIfAborted();
    const command = new DescribeAlarmsCommand({
      ...{ AlarmNames: [...names], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: describedAlarmsMax },
    });
    const { MetricAlarms = [], CompositeAlarms = [] } = await this.#client.send(command, { abortSignal: signal });
    return [...MetricAlarms, ...CompositeAlarms];
  }

  /** Values by the start of their period, in milliseconds since the epoch; by the id of the query. One page, which holds 100,800 data points. */
  async data(
    queries: readonly MetricDataQuery[],
    fromMs: number,
    toMs: number,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
    signal.throwIfAborted();
    const command = new GetMetricDataCommand({
      MetricDataQueries: [...queries],
      StartTime: new Date(fromMs),
      EndTime: new Date(toMs),
    });
    const { MetricDataResults = [] } = await this.#client.send(command, { abortSignal: signal });
    return new Map(
      MetricDataResults.map(({ Id = '', Timestamps = [], Values = [] }) => [
        Id,
        new Map(Timestamps.map((time, index) => [time.getTime(), Values[index] ?? 0])),
      ]),
    );
  }
}
