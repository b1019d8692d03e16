import { publishedByLambda } from '../../lambda/lambda-metrics.ts';
import { publishedByDynamoDb } from '../dynamodb/table-metrics.ts';
import { publishedByKinesis } from '../kinesis/stream-metrics.ts';
import { publishedByStates } from '../states/states-metrics.ts';
import type { Metric } from './metric.ts';
import type { MetricUnit, PublishedMetrics } from './reporter.ts';

/** Everything that the services of the engine publish by themselves. */
export const published: readonly PublishedMetrics[] = [
  publishedByLambda,
  publishedByStates,
  publishedByKinesis,
  ...publishedByDynamoDb,
];

/** Of a metric that services publish; units of others are not kept. */
export function unitOf({ namespace, metricName }: Metric): MetricUnit | undefined {
  return published.find((each) => each.namespace === namespace && Object.hasOwn(each.units, metricName))?.units[
    metricName
  ];
}
