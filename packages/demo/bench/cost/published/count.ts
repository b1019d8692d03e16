import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { KinesisStreamEvent } from 'aws-lambda';
import { clientSettings } from './client.ts';

/**
 * The published design's counting, at the settings of Tidemark: counts each (name, bucket) of a batch in memory, then adds each to its item
 * with one atomic update. Nothing tells a retry from a first attempt, so that retries make the counts too high.
 */
const table = process.env.SERIES_TABLE;
const dynamodb = new DynamoDBClient(clientSettings);

interface Counter {
  readonly EventName: string;
  readonly Bucket: string;
  count: number;
}

export async function handler({ Records }: KinesisStreamEvent): Promise<void> {
  const counters = new Map<string, Counter>();
  for (const { kinesis } of Records) {
    const event = JSON.parse(Buffer.from(kinesis.data, 'base64').toString());
    const minute = `1m#${event.utc_timestamp.slice(0, 16)}:00Z`;
    const hour = `1h#${event.utc_timestamp.slice(0, 13)}:00:00Z`;
    for (const bucket of [minute, hour]) {
      const key = `${bucket}#${event.event_type}`;
      const counter = counters.get(key);
      if (counter === undefined) counters.set(key, { EventName: event.event_type, Bucket: bucket, count: 1 });
      else counter.count += 1;
    }
  }
  await Promise.all([...counters.values()].map(add));
}

function add({ EventName, Bucket, count }: Counter) {
  return dynamodb.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { EventName: { S: EventName }, Bucket: { S: Bucket } },
      UpdateExpression: 'ADD EventCount :count',
      ExpressionAttributeValues: { ':count': { N: String(count) } },
    }),
  );
}
