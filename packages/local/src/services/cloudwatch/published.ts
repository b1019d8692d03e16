import { publishedByLambda } from '../../lambda/lambda-metrics.ts';
import { publishedByDynamoDb } from '../dynamodb/table-metrics.ts';
import { publishedByKinesis } from '../kinesis/stream-metrics.ts';
import { publishedByStates } from '../states/states-metrics.ts';
import type { PublishedMetrics } from './reporter.ts';

/** Everything that the services of the engine publish by themselves. */
export const published: readonly PublishedMetrics[] = [
  publishedByLambda,
  publishedByStates,
  publishedByKinesis,
  ...publishedByDynamoDb,
];
