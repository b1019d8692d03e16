import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTarget, type Target } from '../../conformance/target.ts';

let target: Target;
let client: DynamoDBClient;
let streams: DynamoDBStreamsClient;
let TableName: string;

beforeAll(async () => {
  target = await openTarget(['AWS::DynamoDB::Table']);
  client = new DynamoDBClient(target.client);
  streams = new DynamoDBStreamsClient(target.client);
  TableName = target.name('series');
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'EventName', AttributeType: 'S' },
        { AttributeName: 'Bucket', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'EventName', KeyType: 'HASH' },
        { AttributeName: 'Bucket', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName });
}, 90_000);
afterAll(async () => {
  await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
  streams.destroy();
  await target.close();
});

const key = (name: string) => ({ EventName: { S: name }, Bucket: { S: '1h#0000' } });

/** Adds one under a fence, as counting does. */
function fenced(name: string, fence: string) {
  return new UpdateItemCommand({
    TableName,
    Key: key(name),
    UpdateExpression: 'ADD EventCount :one SET LastSequence = :fence',
    ConditionExpression: 'attribute_not_exists(LastSequence) OR LastSequence < :fence',
    ExpressionAttributeValues: { ':one': { N: '1' }, ':fence': { S: fence } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
}

test('a fenced update takes effect once, and its refusal carries the old item', async () => {
  await client.send(fenced('fenced', '10'));
  const error: unknown = await client.send(fenced('fenced', '10')).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConditionalCheckFailedException);
  expect(error).toMatchObject({ Item: { ...key('fenced'), EventCount: { N: '1' }, LastSequence: { S: '10' } } });
  await client.send(fenced('fenced', '11'));
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: key('fenced'), ConsistentRead: true }));
  expect(Item?.EventCount).toEqual({ N: '2' });
});

test('an answer holds the consumed capacity for those who asked, and for nobody else', async () => {
  const Item = key('capacity');
  const quiet = await client.send(new PutItemCommand({ TableName, Item }));
  expect(quiet.ConsumedCapacity).toBeUndefined();
  const asked = await client.send(new PutItemCommand({ TableName, Item, ReturnConsumedCapacity: 'TOTAL' }));
  expect(asked.ConsumedCapacity).toMatchObject({ CapacityUnits: 1 });
  const none = await client.send(new PutItemCommand({ TableName, Item, ReturnConsumedCapacity: 'NONE' }));
  expect(none.ConsumedCapacity).toBeUndefined();
  const named = { EventName: { S: '"ReturnConsumedCapacity":"TOTAL"' }, Bucket: { S: 'x' } };
  expect((await client.send(new PutItemCommand({ TableName, Item: named }))).ConsumedCapacity).toBeUndefined();
});

test('a query reads one partition in the order of its sort key', async () => {
  for (const bucket of ['3', '1', '2']) {
    await client.send(new PutItemCommand({ TableName, Item: { EventName: { S: 'query' }, Bucket: { S: bucket } } }));
  }
  const { Items } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'EventName = :name AND #bucket BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#bucket': 'Bucket' },
      ExpressionAttributeValues: { ':name': { S: 'query' }, ':from': { S: '1' }, ':to': { S: '2' } },
    }),
  );
  expect(Items?.map(({ Bucket }) => Bucket?.S)).toEqual(['1', '2']);
});

test('the stream tells every change in order, with both images, under the ARN that the table names', async () => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const StreamArn = Table?.LatestStreamArn ?? '';
  expect(StreamArn.startsWith(`${Table?.TableArn}/stream/`)).toBe(true);
  await client.send(fenced('streamed', '1'));
  await client.send(fenced('streamed', '2'));
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
  const start = new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
  let { ShardIterator } = await streams.send(start);
  const changes: (readonly [string | undefined, string | undefined])[] = [];
  const giveUpAt = Date.now() + 20_000;
  while (changes.length < 2 && Date.now() < giveUpAt) {
    const { Records = [], NextShardIterator } = await streams.send(new GetRecordsCommand({ ShardIterator }));
    const own = Records.filter(({ dynamodb }) => dynamodb?.Keys?.EventName?.S === 'streamed');
    changes.push(
      ...own.map(({ dynamodb }) => [dynamodb?.OldImage?.EventCount?.N, dynamodb?.NewImage?.EventCount?.N] as const),
    );
    ShardIterator = NextShardIterator;
  }
  expect(changes).toEqual([
    [undefined, '1'],
    ['1', '2'],
  ]);
});
