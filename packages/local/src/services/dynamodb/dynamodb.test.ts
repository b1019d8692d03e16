import {
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTarget, type Target } from '../../conformance/target.ts';
import { capacityOf, withCapacityAsked } from './capacity.ts';
import { itemBytes } from './item-size.ts';
import { explainJava, javaOf } from './java.ts';
import { startDynamoDbServer } from './server.ts';

let target: Target;
let client: DynamoDBClient;
let TableName: string;

beforeAll(async () => {
  target = await openTarget(['AWS::DynamoDB::Table']);
  client = new DynamoDBClient(target.client);
  TableName = (await client.send(new ListTablesCommand({}))).TableNames?.[0] ?? '';
}, 60_000);
afterAll(async () => {
  client.destroy();
  await target.close();
});

function writeUnits(): number {
  const calls = target.engine?.meter.snapshot().calls ?? [];
  return calls.reduce((units, row) => units + row.writeUnits, 0);
}

describe('the meter', () => {
  const put = (Id: string, bytes: number) =>
    client.send(new PutItemCommand({ TableName, Item: { Id: { S: Id }, Text: { S: 'x'.repeat(bytes) } } }));

  test('counts a unit for every kilobyte begun', async () => {
    const before = writeUnits();
    await put('small', 100);
    await put('large', 3_000);
    expect(writeUnits() - before).toBe(4);
  });

  test('counts a failed condition by the item that stands there', async () => {
    await put('fenced', 2_500);
    const before = writeUnits();
    const update = new UpdateItemCommand({
      TableName,
      Key: { Id: { S: 'fenced' } },
      UpdateExpression: 'ADD EventCount :one',
      ConditionExpression: 'attribute_not_exists(Id)',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(client.send(update)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(writeUnits() - before).toBe(3);
  });

  test('counts a transaction twice', async () => {
    const before = writeUnits();
    const TransactItems = ['a', 'b'].map((Id) => ({ Put: { TableName, Item: { Id: { S: Id } } } }));
    await client.send(new TransactWriteItemsCommand({ TransactItems }));
    expect(writeUnits() - before).toBe(4);
  });
});

describe('asking for the consumed capacity', () => {
  test.each([
    ['nothing asked', 'PutItem', '{"TableName":"T"}', '{"ReturnConsumedCapacity":"TOTAL","TableName":"T"}'],
    ['an empty input', 'Scan', '{}', '{"ReturnConsumedCapacity":"TOTAL"}'],
    ['NONE', 'GetItem', '{"ReturnConsumedCapacity":"NONE"}', '{"ReturnConsumedCapacity":"TOTAL"}'],
    ['more than the total', 'GetItem', '{"ReturnConsumedCapacity":"INDEXES"}', '{"ReturnConsumedCapacity":"INDEXES"}'],
    ['an operation without capacity', 'ListTables', '{}', '{}'],
    ['no JSON', 'PutItem', '"ReturnConsumedCapacity"', '"ReturnConsumedCapacity"'],
  ])('%s', (_, operation, text, asked) => {
    expect(withCapacityAsked(operation, text).text).toBe(asked);
  });

  test('units of several tables are summed, and taken from the answer again', () => {
    const answer = {
      status: 200,
      text: '{"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"A","CapacityUnits":2},{"TableName":"B","CapacityUnits":3.5}]}',
    };
    const request = { operation: 'BatchWriteItem', body: Buffer.from('{}') };
    expect(capacityOf(request, answer)).toEqual({
      consumption: { writeUnits: 5.5 },
      tables: [
        { tableName: 'A', kind: 'writeUnits', units: 2 },
        { tableName: 'B', kind: 'writeUnits', units: 3.5 },
      ],
      visible: '{"UnprocessedItems":{}}',
    });
  });
});

test.each([
  [{ Id: { S: 'größe' } }, 2 + 7],
  [{ N: { N: '-12345.60' } }, 1 + 5],
  [{ L: { L: [{ S: 'ab' }, { BOOL: true }] } }, 1 + 3 + 3 + 2],
  [{ M: { M: { k: { NULL: true } } } }, 1 + 3 + 1 + 1 + 1],
  [{ S: { SS: ['a', 'bc'] } }, 1 + 3],
])('the size of %j is %d', (item, bytes) => {
  expect(itemBytes(item)).toBe(bytes);
});

describe('Java', () => {
  test('that is missing is named, with how to get it', async () => {
    const missing = startDynamoDbServer({ java: '/nowhere/bin/java' });
    await expect(missing).rejects.toThrow(
      /^DynamoDB Local needs Java 17 or later, and \/nowhere\/bin\/java cannot be run\. Install Java 17/,
    );
  });

  test('that is too old is named', () => {
    const said =
      'Error: LinkageError occurred while loading main class\n\tjava.lang.UnsupportedClassVersionError: Main has been compiled by a more recent version of the Java Runtime (class file version 61.0), this version of the Java Runtime only recognizes class file versions up to 55.0';
    expect(explainJava('java', said)).toMatch(/java is too old \(it is Java 11\)\. Install Java 17/);
  });

  test('is that of JAVA_HOME before that of the path', () => {
    expect(javaOf({ JAVA_HOME: '/opt/jdk' })).toBe('/opt/jdk/bin/java');
    expect(javaOf({})).toBe('java');
  });
});
