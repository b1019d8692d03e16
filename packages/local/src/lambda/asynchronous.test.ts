import { rm } from 'node:fs/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { EngineClock } from '../clock.ts';
import { type Engine, startEngine } from '../engine.ts';
import { writeAssembly } from '../template/written-assembly.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

function fn(FunctionName: string, more: object = {}) {
  const Properties = {
    FunctionName,
    Code: {},
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Timeout: 30,
    Role: arnOf('Role'),
  };
  const Metadata = { 'aws:asset:path': 'asset.fn' };
  return { Type: 'AWS::Lambda::Function', Metadata, Properties: { ...Properties, ...more } };
}

function config(FunctionName: object, more: object) {
  return { Type: 'AWS::Lambda::EventInvokeConfig', Properties: { FunctionName, Qualifier: '$LATEST', ...more } };
}

const destinations = (Failure: object, Success?: object) => ({
  DestinationConfig: {
    OnFailure: { Destination: Failure },
    ...(Success === undefined ? {} : { OnSuccess: { Destination: Success } }),
  },
});

const allowed = (Action: string, Resource: unknown) => ({ Effect: 'Allow', Action, Resource });

const template = {
  Resources: {
    Failures: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'failures' } },
    Successes: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'successes' } },
    Bucket: { Type: 'AWS::S3::Bucket' },
    Topic: { Type: 'AWS::SNS::Topic' },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        ...{ Protocol: 'sqs', TopicArn: { Ref: 'Topic' }, Endpoint: arnOf('Failures'), RawMessageDelivery: true },
      },
    },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Failures' }],
        PolicyDocument: {
          Statement: [
            {
              ...{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage' },
              Resource: arnOf('Failures'),
            },
          ],
        },
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
        },
        Policies: [
          {
            PolicyName: 'destinations',
            PolicyDocument: {
              Statement: [
                allowed('sqs:SendMessage', [arnOf('Failures'), arnOf('Successes')]),
                allowed('sns:Publish', { Ref: 'Topic' }),
                allowed('s3:PutObject', { 'Fn::Join': ['', [arnOf('Bucket'), '/*']] }),
              ],
            },
          },
        ],
      },
    },
    ToQueue: fn('to-queue'),
    ToBucket: fn('to-bucket'),
    Off: fn('off', { ReservedConcurrentExecutions: 0 }),
    ToQueueConfig: config(arnOf('ToQueue'), {
      MaximumRetryAttempts: 1,
      ...destinations(arnOf('Failures'), arnOf('Successes')),
    }),
    ToBucketConfig: config({ Ref: 'ToBucket' }, { MaximumEventAgeInSeconds: 100, ...destinations(arnOf('Bucket')) }),
    OffConfig: config({ Ref: 'Off' }, destinations({ Ref: 'Topic' })),
  },
  Outputs: {
    Failures: { Value: { Ref: 'Failures' } },
    Successes: { Value: { Ref: 'Successes' } },
    Bucket: { Value: { Ref: 'Bucket' } },
  },
};

const handler = `export const handler = async (event, context) => {
  console.log('got', context.awsRequestId);
  if (event.fail) throw new TypeError('no');
  return { answered: event };
};`;

const clock = new EngineClock({ startMs, factor: 0 });
let assembly: string;
let engine: Engine;
let lambda: LambdaClient;
let sqs: SQSClient;
let s3: S3Client;

beforeAll(async () => {
  assembly = await writeAssembly(template, { 'asset.fn/index.mjs': handler });
  engine = await startEngine({ assembly, clock });
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  const options = { endpoint: engine.endpoint, region: 'us-east-1', credentials };
  lambda = new LambdaClient(options);
  sqs = new SQSClient(options);
  s3 = new S3Client({ ...options, forcePathStyle: true });
});
afterAll(async () => {
  for (const client of [lambda, sqs, s3]) client.destroy();
  await engine.stop();
  await rm(assembly, { recursive: true });
});
afterEach(() => clock.set(startMs));

async function invoke(FunctionName: string, event: object): Promise<string | undefined> {
  const Payload = Buffer.from(JSON.stringify(event));
  const { $metadata } = await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
  return $metadata.requestId;
}

/** The ids of the function's invocations so far. */
function attempts(functionName: string): string[] {
  const lines = engine.services.logs.lines(`/aws/lambda/${functionName}`) ?? [];
  return lines.flatMap(({ text }) => /\tgot (\S+)/.exec(text)?.[1] ?? []);
}

/** How many invocations of it are over. */
function finished(functionName: string): number {
  const lines = engine.services.logs.lines(`/aws/lambda/${functionName}`) ?? [];
  return lines.filter(({ text }) => text.startsWith('REPORT')).length;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

async function idle(): Promise<void> {
  while (!engine.asynchronous.isIdle) await pause();
}

async function received(queue: 'Failures' | 'Successes'): Promise<object[]> {
  const input = { QueueUrl: engine.outputs[queue], MaxNumberOfMessages: 10 };
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input));
  return Messages.map(({ Body = '' }) => JSON.parse(Body) as object);
}

test('an answer goes where answers are to go', async () => {
  const requestId = await invoke('to-queue', { a: 1 });
  await idle();
  expect(attempts('to-queue')).toEqual([requestId]);
  const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:to-queue:$LATEST';
  expect(await received('Successes')).toEqual([
    {
      ...{ version: '1.0', timestamp: '2026-11-02T09:00:00.000Z' },
      requestContext: { requestId, functionArn, condition: 'Success', approximateInvokeCount: 1 },
      requestPayload: { a: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: { answered: { a: 1 } },
    },
  ]);
  expect(await received('Failures')).toEqual([]);
});

test('an event is given up when its retries are used up, which all have one id', async () => {
  const before = attempts('to-queue').length;
  const requestId = await invoke('to-queue', { fail: true });
  const made = () => attempts('to-queue').slice(before);
  while (made().length < 1) await pause();
  // The first retry comes a minute after the failure, not after the call.
  while (made().length < 2) {
    clock.advance(1_000);
    await pause();
  }
  await idle();
  expect(clock.now() - startMs).toBeGreaterThanOrEqual(60_000);
  expect(made()).toEqual([requestId, requestId]);
  expect(await received('Failures')).toEqual([
    {
      ...{ version: '1.0', timestamp: new Date(clock.now()).toISOString() },
      requestContext: expect.objectContaining({ requestId, condition: 'RetriesExhausted', approximateInvokeCount: 2 }),
      requestPayload: { fail: true },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'TypeError', errorMessage: 'no', trace: expect.any(Array) },
    },
  ]);
});

test('an event is given up when it is too old for another attempt', async () => {
  await invoke('to-bucket', { fail: 'again' });
  while (finished('to-bucket') < 1) await pause();
  // The first retry is due a minute after the first failure.
  clock.advance(60_000);
  while (finished('to-bucket') < 2) await pause();
  clock.advance(40_000);
  await idle();
  // The second retry would come three minutes after the first attempt.
  expect(attempts('to-bucket')).toHaveLength(2);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: engine.outputs.Bucket }));
  expect(Contents.map(({ Key }) => Key)).toEqual([
    expect.stringMatching(/^aws\/lambda\/async\/to-bucket\/2026\/11\/02\/2026-11-02T09\.01\.40-[0-9a-f-]{36}$/),
  ]);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: engine.outputs.Bucket, Key: Contents[0]?.Key }));
  expect(JSON.parse((await Body?.transformToString()) ?? '')).toMatchObject({
    requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 },
    requestPayload: { fail: 'again' },
  });
});

test('an event for a function that may not run is given up at once', async () => {
  await invoke('off', { a: 2 });
  await idle();
  expect(await received('Failures')).toEqual([
    expect.objectContaining({
      requestContext: expect.objectContaining({ condition: 'RetriesExhausted', approximateInvokeCount: 0 }),
      requestPayload: { a: 2 },
    }),
  ]);
});

test('a destination that the role does not reach is refused', async () => {
  const { ToQueue, Role, ToQueueConfig } = template.Resources;
  const silent = { ...Role, Properties: { ...Role.Properties, Policies: [] } };
  const Resources = { ...template.Resources, Role: silent, ToQueue, ToQueueConfig };
  const refused = await writeAssembly({ Resources }, { 'asset.fn/index.mjs': handler });
  await expect(startEngine({ assembly: refused })).rejects.toThrow(
    /ToQueueConfig: the function's role \S+ does not allow sqs:SendMessage on arn:aws:sqs:us-east-1:000000000000:failures/,
  );
  await rm(refused, { recursive: true });
});
