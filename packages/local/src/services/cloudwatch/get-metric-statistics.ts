import { numberOf } from '../../wire/input.ts';
import type { Input, Output } from '../../wire/rpc.ts';
import { assertMembers } from './assert-members.ts';
import { invalidParameter, missingParameter } from './failures.ts';
import { readSpan } from './get-metric-data.ts';
import { readMetric } from './metric-input.ts';
import { unitOf } from './published.ts';
import { byPeriod, readPeriodMs, readStatistic, statisticOf } from './statistic.ts';
import type { MetricStore } from './store.ts';

const datapointsMax = 1_440;
const members = ['Namespace', 'MetricName', 'Dimensions', 'StartTime', 'EndTime', 'Period', 'Statistics'];

/** One metric's statistics, in no promised order. */
export function getMetricStatistics(store: MetricStore, input: Input): Output {
  assertMembers(input, 'GetMetricStatistics', members);
  const metric = readMetric(input);
  const { fromMs, toMs } = readSpan(input);
  const periodMs = readPeriodMs(numberOf(input, 'Period'));
  const names = Array.isArray(input.Statistics) ? input.Statistics.map(String) : [];
  if (names.length === 0)
    throw missingParameter('At least one of the parameters Statistics and ExtendedStatistics is required.');
  const statistics = names.map(readStatistic);
  const asked = Math.ceil((toMs - fromMs) / periodMs);
  if (asked > datapointsMax) {
    throw invalidParameter(
      `You have requested up to ${asked} datapoints, which exceeds the limit of ${datapointsMax}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  }
  const points = byPeriod(store.points(metric, Math.floor(fromMs / periodMs) * periodMs, toMs), periodMs);
  const Datapoints = points.map((point) => ({
    Timestamp: new Date(point.atMs),
    ...Object.fromEntries(statistics.map((statistic) => [statistic, statisticOf(statistic, point)])),
    Unit: unitOf(metric) ?? 'None',
  }));
  return { Label: metric.metricName, Datapoints };
}
