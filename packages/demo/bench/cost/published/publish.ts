import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { clientSettings } from './client.ts';

/**
 * The published design's metrics: new count minus old. Read in its favour: the differences of a batch are summed, and put in as few
 * calls as CloudWatch allows.
 */
const cloudwatch = new CloudWatchClient(clientSettings);
const metricsPerCallMax = 1_000;

export async function handler({ Records }: DynamoDBStreamEvent): Promise<void> {
  const data = new Map<string, MetricDatum & { Value: number }>();
  for (const { dynamodb } of Records) {
    const [name = '', bucket = ''] = [dynamodb?.Keys?.EventName?.S, dynamodb?.Keys?.Bucket?.S];
    if (!bucket.startsWith('1m#')) continue;
    const added = Number(dynamodb?.NewImage?.EventCount?.N ?? 0) - Number(dynamodb?.OldImage?.EventCount?.N ?? 0);
    const key = `${bucket}#${name}`;
    const datum = data.get(key);
    if (datum !== undefined) {
      datum.Value += added;
      continue;
    }
    const Dimensions = [{ Name: 'EventName', Value: name }];
    data.set(key, { MetricName: 'EventCount', Dimensions, Timestamp: new Date(bucket.slice(3)), Value: added });
  }
  const all = [...data.values()];
  for (let from = 0; from < all.length; from += metricsPerCallMax) {
    const MetricData = all.slice(from, from + metricsPerCallMax);
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Tidemark', MetricData }));
  }
}
