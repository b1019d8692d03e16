import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DeployedSource } from '@tidemark/core/deployment';
import { inject } from 'vitest';
import type { Target } from '../target.ts';

/** A database of its own in Amazon's DynamoDB Local, with the Control table of a stage and the Series table of each source. */
export interface LocalTables {
  readonly target: Target;
  putSeries(source: string, items: readonly Record<string, unknown>[]): Promise<void>;
  putControl(source: string, item: string, content: Record<string, unknown>): Promise<void>;
  close(): void;
}

export async function startTables(
  sources: readonly (Partial<DeployedSource> & { readonly name: string })[],
): Promise<LocalTables> {
  const settings = {
    endpoint: inject('dynamodb'),
    region: 'us-east-1',
    credentials: { accessKeyId: `test${crypto.randomUUID().slice(0, 8)}`, secretAccessKey: 'test' },
    maxAttempts: 5,
  };
  const client = new DynamoDBClient(settings);
  for (const { name } of sources) await makeTable(client, `series-${name}`, ['EventName', 'Bucket']);
  await makeTable(client, 'control', ['Source', 'Item']);
  const target: Target = {
    ...{ stage: 'dev', client: settings, endpoint: settings.endpoint },
    sources: sources.map((source, position) => ({
      ...{ ...deployed, position, seriesTable: `series-${source.name}` },
      ...source,
    })),
    nowMs: async () => Date.parse('2026-11-20T00:00:00Z'),
  };
  return {
    target,
    putSeries: async (source, items) => {
      for (let at = 0; at < items.length; at += 25) {
        const requests = items.slice(at, at + 25).map((item) => ({
          PutRequest: { Item: marshall(item, { allowImpreciseNumbers: true }) },
        }));
        await client.send(new BatchWriteItemCommand({ RequestItems: { [`series-${source}`]: requests } }));
      }
    },
    putControl: async (Source, Item, content) => {
      await client.send(new PutItemCommand({ TableName: 'control', Item: marshall({ Source, Item, ...content }) }));
    },
    close: () => client.destroy(),
  };
}

const deployed: DeployedSource = {
  ...{ name: 'web', position: 0, stream: 'stream', streamArn: 'arn', seriesTable: 'series', controlTable: 'control' },
  ...{ bucket: 'data', count: 'count', publish: 'publish', dashboard: 'web', buckets: [] },
  event: { name: ['event_type'], time: ['utc_timestamp'] },
};

async function makeTable(client: DynamoDBClient, TableName: string, keys: readonly string[]): Promise<void> {
  const AttributeDefinitions = keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const }));
  const KeySchema = keys.map((AttributeName, index) => ({
    AttributeName,
    KeyType: index === 0 ? ('HASH' as const) : ('RANGE' as const),
  }));
  await client.send(
    new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions, KeySchema }),
  );
}
