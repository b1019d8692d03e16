import type { Clock } from '../../clock.ts';
import type { Service } from '../../gateway/service.ts';
import { type Operation, rpcService } from '../../wire/rpc.ts';
import { deleteDashboards, getDashboard, listDashboards, putDashboard } from './dashboards.ts';
import { getMetricData } from './get-metric-data.ts';
import { getMetricStatistics } from './get-metric-statistics.ts';
import { listMetrics } from './list-metrics.ts';
import { readPutMetricData } from './put-metric-data.ts';
import type { MetricStore } from './store.ts';

export interface CloudWatchOptions {
  readonly store: MetricStore;
  readonly clock: Clock;
  readonly account: string;
  /** More of them: those on alarms. */
  readonly operations: Readonly<Record<string, Operation>>;
}

/** CloudWatch's metrics by the minute, its dashboards and its alarms. What is put can be read at once. */
export function cloudWatchService({ store, clock, account, operations }: CloudWatchOptions): Service {
  const arnOf = (name: string) => `arn:aws:cloudwatch::${account}:dashboard/${name}`;
  return rpcService({
    name: 'CloudWatch',
    xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    operations: {
      ...operations,
      PutMetricData: (input, request) => {
        store.add(readPutMetricData(input, request, clock.now()));
        return undefined;
      },
      GetMetricData: (input) => getMetricData(store, input),
      GetMetricStatistics: (input) => getMetricStatistics(store, input),
      ListMetrics: (input) => listMetrics(store, input),
      PutDashboard: (input) => putDashboard(store, input, clock.now()),
      GetDashboard: (input) => getDashboard(store, input, arnOf),
      ListDashboards: (input) => listDashboards(store, input, arnOf),
      DeleteDashboards: (input) => deleteDashboards(store, input),
    },
  });
}
