import { CreateTableCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { startDynamoDbServer } from '@tidemark/local/services/dynamodb/server';

const inFlight = 64;
const rounds = 3;
const tableName = 'tidemark-bench';

/**
 * How many conditional updates a second a DynamoDB Local of its own takes: `updates` a round of the shape of counting's, 64 in flight, each
 * of an item of its own, on a table with a stream. The best of the rounds: it is a limit. (Not in the engine's, in
 * which every table with a stream makes those slower that are written to after it.)
 */
export async function updatesPerSecond(updates: number): Promise<number> {
  const server = await startDynamoDbServer({ java: 'java' });
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: inFlight } },
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
    let best = 0;
    let next = 0;
    for (let round = 1; round <= rounds; round += 1) {
      const fromMs = performance.now();
      const worker = async (): Promise<void> => {
        for (let number = next++; number < round * updates; number = next++) await update(client, number);
      };
      next = (round - 1) * updates;
      await Promise.all(Array.from({ length: inFlight }, worker));
      best = Math.max(best, updates / ((performance.now() - fromMs) / 1000));
    }
    return best;
  } finally {
    client.destroy();
    await server.stop();
  }
}

function update(client: DynamoDBClient, number: number) {
  return client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: { EventName: { S: `event ${number % 6}` }, Bucket: { S: `1m#0000#${number}#000000000000` } },
      UpdateExpression: 'SET #fence = :fence ADD #count :count',
      ConditionExpression: 'attribute_not_exists(#fence) OR #fence < :fence',
      ExpressionAttributeNames: { '#fence': 'LastSequence', '#count': 'EventCount' },
      ExpressionAttributeValues: { ':fence': { S: String(number).padStart(56, '0') }, ':count': { N: '1' } },
    }),
  );
}
