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
import { inject } from 'vitest';

/** A database of Amazon's DynamoDB Local, which all files share: each access key has its own. */
export interface DynamoDBLocal {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly client: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  close(): void;
}

/** How long a table's stream may take to show what was written. */
const streamMsMax = 60_000;

export function connectToDynamoDBLocal(): DynamoDBLocal {
  const endpoint = inject('dynamodb');
  // Writes to a database become slow with what the streams of all its tables hold: a file does not pay for the others.
  const accessKeyId = `test${crypto.randomUUID().slice(0, 8)}`;
  const settings = { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'test' } };
  const client = new DynamoDBClient(settings);
  const streams = new DynamoDBStreamsClient(settings);
  const close = () => {
    client.destroy();
    streams.destroy();
  };
  return { endpoint, accessKeyId, client, streams, close };
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
  for (const deadlineMs = Date.now() + streamMsMax; records.length < expected && Date.now() < deadlineMs; ) {
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
