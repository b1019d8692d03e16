import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoDbServer } from '@tidemark/local/services/dynamodb/server';

/** A table with the keys and the stream of a Series table, in a DynamoDB Local of its own. */
export interface LocalTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

const tableName = 'tidemark-bench';

/**
 * Lends a table that nobody else uses, to see what DynamoDB Local can do at best. (Not in the engine's server, in which every table with a stream makes those
 * slower that are written to after it.)
 */
export async function withLocalTable<T>(inFlightMax: number, work: (table: LocalTable) => Promise<T>): Promise<T> {
  const server = await startDynamoDbServer({ java: 'java' });
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: inFlightMax } },
  });
  try {
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'EventName', KeyType: 'HASH' },
          { AttributeName: 'Bucket', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'EventName', AttributeType: 'S' },
          { AttributeName: 'Bucket', AttributeType: 'S' },
        ],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
    return await work({ client, tableName });
  } finally {
    client.destroy();
    await server.stop();
  }
}
