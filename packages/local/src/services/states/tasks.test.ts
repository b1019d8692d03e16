import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functionArn, type MachineStack, machineArn, machineStack, only, task } from '../../../test/machine-stack.ts';

const bucket = 'tasks';
const tableName = 'Things';
const sdk = 'arn:aws:states:::aws-sdk';
const passOn = '{% $states.input %}';
let stack: MachineStack;

beforeAll(async () => {
  stack = await machineStack({
    code: `
      if (event.fail) throw Object.assign(new Error('not today'), { name: 'Unwilling' });
      if (event.exit) process.exit(3);
      return event.nothing ? null : { got: event };`,
    machines: {
      invoke: only(task('arn:aws:states:::lambda:invoke', { FunctionName: functionArn, Payload: passOn })),
      direct: only(task(functionArn, passOn)),
      missing: only(task('arn:aws:states:::lambda:invoke', { FunctionName: 'nobody' })),
      rawInvoke: only(task(`${sdk}:lambda:invoke`, { FunctionName: 'work', Payload: passOn })),
      getItem: only(task(`${sdk}:dynamodb:getItem`, passOn)),
      putItem: only(task(`${sdk}:dynamodb:putItem`, passOn)),
      ownPut: only(task('arn:aws:states:::dynamodb:putItem', passOn)),
      putObject: only(task(`${sdk}:s3:putObject`, passOn)),
      getObject: only(task(`${sdk}:s3:getObject`, passOn)),
      list: only(task(`${sdk}:s3:listObjectsV2`, passOn)),
      pipe: only(task(`${sdk}:pipes:describePipe`, passOn)),
      putMetricData: only(task(`${sdk}:cloudwatch:putMetricData`, passOn)),
      getMetricData: only(task(`${sdk}:cloudwatch:getMetricData`, passOn)),
      putRecord: only(task(`${sdk}:kinesis:putRecord`, passOn)),
      mappings: only(task(`${sdk}:lambda:listEventSourceMappings`, passOn)),
      send: only(task('arn:aws:states:::sqs:sendMessage', passOn)),
      publish: only(task('arn:aws:states:::sns:publish', passOn)),
      putEvents: only(task('arn:aws:states:::events:putEvents', passOn)),
      startOther: only(task('arn:aws:states:::states:startExecution', passOn)),
      startAndWait: only(task('arn:aws:states:::states:startExecution.sync:2', passOn)),
      describeOther: only(task(`${sdk}:sfn:describeExecution`, passOn)),
    },
    resources: {
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: bucket } },
      Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'tasks', ShardCount: 1 } },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'tasks' } },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'tasks' } },
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: tableName,
          AttributeDefinitions: [{ AttributeName: 'Id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'Id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        },
      },
    },
  });
}, 60_000);
afterAll(() => stack.stop());

describe('lambda:invoke', () => {
  test('gives the answer as JSON, with what the call was', async () => {
    const { status, result } = await stack.run('invoke', { a: [1] });
    expect([status, result]).toMatchObject([
      'SUCCEEDED',
      {
        ExecutedVersion: '$LATEST',
        Payload: { got: { a: [1] } },
        StatusCode: 200,
        SdkHttpMetadata: { HttpStatusCode: 200 },
      },
    ]);
    expect((await stack.run('invoke', { nothing: true })).result).toMatchObject({ Payload: null });
  });

  test("fails with the type of the function's error", async () => {
    const { status, error, cause } = await stack.run('invoke', { fail: true });
    expect([status, error, JSON.parse(cause ?? '')]).toMatchObject([
      'FAILED',
      'Unwilling',
      { errorMessage: 'not today' },
    ]);
  });

  test('of a process that ended fails with what Lambda says', async () => {
    expect(await stack.run('invoke', { exit: true })).toMatchObject({ status: 'FAILED', error: 'Runtime.ExitError' });
  });

  test('of no function', async () => {
    const { error, cause } = await stack.run('missing');
    expect([error, cause]).toEqual([
      'Lambda.ResourceNotFoundException',
      expect.stringMatching(
        /^Function not found: nobody \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: .*; Proxy: null\)$/,
      ),
    ]);
  });

  test('a function named by its ARN gets the arguments and gives the result', async () => {
    const { result } = await stack.run('direct', { b: 2 });
    expect(result).toEqual({ got: { b: 2 } });
  });
});

describe('aws-sdk', () => {
  test('lambda:invoke gives text, and a failure of the function as data', async () => {
    expect((await stack.run('rawInvoke', { a: 1 })).result).toEqual({
      ...{ ExecutedVersion: '$LATEST', Payload: '{"got":{"a":1}}', StatusCode: 200 },
    });
    expect((await stack.run('rawInvoke', { fail: true })).result).toMatchObject({ FunctionError: 'Unhandled' });
  });

  test('dynamodb: items, and its own errors', async () => {
    const Item = { Id: { S: 'a' }, Count: { N: 7 } };
    expect((await stack.run('putItem', { TableName: tableName, Item })).result).toEqual({});
    const { result } = await stack.run('getItem', { TableName: tableName, Key: { Id: { S: 'a' } } });
    expect(result).toEqual({ Item: { Id: { S: 'a' }, Count: { N: '7' } } });
    const again = await stack.run('putItem', {
      TableName: tableName,
      Item,
      ConditionExpression: 'attribute_not_exists(Id)',
    });
    expect(again).toMatchObject({
      error: 'DynamoDb.ConditionalCheckFailedException',
      cause: expect.stringMatching(
        /^The conditional request failed \(Service: DynamoDb, Status Code: 400, Request ID: /,
      ),
    });
    const wrong = await stack.run('putItem', { TableName: tableName, Item: { Other: { S: 'a' } } });
    expect(wrong.error).toBe('DynamoDb.DynamoDbException');
    const none = await stack.run('getItem', { TableName: 'Nothing', Key: { Id: { S: 'a' } } });
    expect(none.error).toBe('DynamoDb.ResourceNotFoundException');
  });

  test('fields that the action does not have fail before the call', async () => {
    const { status, error, cause } = await stack.run('getItem', { tableName, Key: 'a' });
    expect([status, error]).toEqual(['FAILED', 'States.Runtime']);
    expect(cause).toContain('could not be used to start the Task: [The field "tableName" is not supported');
    expect(cause).toContain('The field "Key" must be an object, and is "a"');
  });

  test('s3: a body is written as JSON, and read as it stands', async () => {
    const put = async (Key: string, Body: unknown) => {
      await stack.run('putObject', { Bucket: bucket, Key, Body });
      return (await stack.run('getObject', { Bucket: bucket, Key })).result;
    };
    expect(await put('text', 'a "b"')).toMatchObject({ Body: '"a \\"b\\""' });
    expect(await put('object', { a: [1, null] })).toMatchObject({ Body: '{"a":[1,null]}', ContentLength: 14 });
    const { result } = await stack.run('list', { Bucket: bucket });
    expect(result).toMatchObject({
      KeyCount: 2,
      Contents: [
        { Key: 'object', Size: 14, LastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
        { Key: 'text' },
      ],
    });
    expect((await stack.run('getObject', { Bucket: bucket, Key: 'none' })).error).toBe('S3.NoSuchKeyException');
    expect((await stack.run('list', { Bucket: 'nobodys' })).error).toBe('S3.NoSuchBucketException');
  });

  test('pipes, cloudwatch, kinesis, lambda', async () => {
    expect(await stack.run('pipe', { Name: 'none' })).toMatchObject({
      error: 'Pipes.NotFoundException',
      cause: expect.stringContaining('(Service: Pipes, Status Code: 404'),
    });
    const Timestamp = new Date(Math.floor(stack.engine.clock.now() / 60_000) * 60_000).toISOString();
    const datum = { Namespace: 'Tasks', MetricData: [{ MetricName: 'M', Value: 3, Timestamp }] };
    expect((await stack.run('putMetricData', datum)).result).toEqual({});
    const MetricStat = { Metric: { Namespace: 'Tasks', MetricName: 'M' }, Period: 60, Stat: 'Sum' };
    const EndTime = new Date(Date.parse(Timestamp) + 60_000).toISOString();
    const metric = { StartTime: Timestamp, EndTime, MetricDataQueries: [{ Id: 'm', MetricStat }] };
    expect((await stack.run('getMetricData', metric)).result).toMatchObject({
      MetricDataResults: [{ Values: [3], Timestamps: [Timestamp.replace('.000Z', 'Z')] }],
    });
    const record = { StreamName: 'tasks', PartitionKey: 'p', Data: { a: 1 } };
    expect((await stack.run('putRecord', record)).result).toMatchObject({ ShardId: 'shardId-000000000000' });
    expect((await stack.run('mappings', {})).result).toEqual({ EventSourceMappings: [] });
  });
});

describe('integrations with shapes of their own', () => {
  test('dynamodb:putItem names its errors otherwise', async () => {
    const given = { TableName: tableName, Item: { Id: { S: 'own' } }, ConditionExpression: 'attribute_not_exists(Id)' };
    expect((await stack.run('ownPut', given)).result).toMatchObject({ SdkHttpMetadata: { HttpStatusCode: 200 } });
    expect(await stack.run('ownPut', given)).toMatchObject({
      error: 'DynamoDB.ConditionalCheckFailedException',
      cause: expect.stringContaining('(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheck'),
    });
    const wrong = await stack.run('ownPut', { ...given, Item: { Other: { S: 'a' } } });
    expect(wrong.error).toBe('DynamoDB.AmazonDynamoDBException');
  });

  test('sqs:sendMessage and sns:publish write objects as JSON', async () => {
    const QueueUrl = `${stack.engine.endpoint}/000000000000/tasks`;
    const sent = await stack.run('send', { QueueUrl, MessageBody: { a: 1 } });
    expect(sent.result).toMatchObject({
      MessageId: expect.any(String),
      MD5OfMessageBody: createHash('md5').update('{"a":1}').digest('hex'),
    });
    const published = await stack.run('publish', {
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:tasks',
      Message: { a: 1 },
    });
    expect(published.result).toMatchObject({ MessageId: expect.any(String) });
    const none = await stack.run('send', { QueueUrl: `${stack.engine.endpoint}/000000000000/none`, MessageBody: 'x' });
    expect(none.error).toBe('SQS.QueueDoesNotExistException');
  });

  test('events:putEvents', async () => {
    const entry = { Source: 'tasks', DetailType: 'tried', Detail: { a: 1 } };
    const { result } = await stack.run('putEvents', { Entries: [entry] });
    expect(result).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
  });

  test('states:startExecution goes on at once, with .sync:2 it waits for the end', async () => {
    const StateMachineArn = machineArn('direct');
    const started = await stack.run('startOther', { StateMachineArn, Input: { c: 3 }, Name: 'other' });
    expect(started.result).toMatchObject({ ExecutionArn: expect.stringMatching(/:execution:direct:other$/) });
    const { result } = await stack.run('startAndWait', { StateMachineArn, Input: { d: 4 } });
    expect(result).toMatchObject({
      Status: 'SUCCEEDED',
      Input: { d: 4 },
      Output: { got: { d: 4 } },
      Name: expect.any(String),
    });
    const failed = await stack.run('startAndWait', { StateMachineArn, Input: { fail: true } });
    expect([failed.error, JSON.parse(failed.cause ?? '')]).toMatchObject(['States.TaskFailed', { Error: 'Unwilling' }]);
    const none = await stack.run('startOther', { StateMachineArn: machineArn('none') });
    expect(none.error).toBe('StepFunctions.StateMachineDoesNotExistException');
  });

  test('sfn members are written with capitals', async () => {
    const arn = await stack.start('direct', { e: 5 });
    await stack.ended(arn);
    const { result } = await stack.run('describeOther', { ExecutionArn: arn });
    expect(result).toMatchObject({ ExecutionArn: arn, Status: 'SUCCEEDED', Output: '{"got":{"e":5}}' });
  });
});
