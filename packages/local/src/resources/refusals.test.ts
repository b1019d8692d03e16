import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startEngine } from '../engine.ts';
import { smallFiles, smallTemplate } from '../small-stack.ts';
import { writeAssembly } from '../template/written-assembly.ts';

type Resources = Readonly<Record<string, object>>;

/** Starts the engine on these resources; gives what it refuses. */
async function refusal(Resources: Resources): Promise<string> {
  const assembly = await writeAssembly({ Resources }, smallFiles);
  try {
    const engine = await startEngine({ assembly });
    await engine.stop();
    return 'nothing was refused';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await rm(assembly, { recursive: true });
  }
}

function one(Type: string, Properties: object): Resources {
  return { Thing: { Type, Properties } };
}

const lambda = {
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
};
const code = { Code: {}, Handler: 'index.handler', Runtime: 'nodejs24.x' };
const {
  Stream,
  Function: smallFunction,
  Mapping,
  Logs,
} = smallTemplate.Resources as Record<string, { Properties: object }>;
const withoutTable = {
  ...smallFunction,
  DependsOn: [],
  Properties: { ...smallFunction?.Properties, Environment: { Variables: {} } },
};

test.each<[string, Resources, RegExp]>([
  [
    'a stream in the hands of others',
    one('AWS::Kinesis::Stream', { Consumers: 2 }),
    /^Thing\.Consumers is not supported; supported: DesiredShardLevelMetrics, Name/,
  ],
  [
    'a table that spans regions',
    one('AWS::DynamoDB::Table', { ImportSourceSpecification: {} }),
    /^Thing\.ImportSourceSpecification is not supported/,
  ],
  [
    'a resource policy of a stream of a table',
    one('AWS::DynamoDB::Table', { StreamSpecification: { ResourcePolicy: {} } }),
    /^Thing\.StreamSpecification\.ResourcePolicy is not supported; supported: StreamViewType/,
  ],
  [
    'notifications of a bucket',
    one('AWS::S3::Bucket', { NotificationConfiguration: {} }),
    /^Thing\.NotificationConfiguration is not supported/,
  ],
  [
    'a bucket policy that means something here',
    one('AWS::S3::BucketPolicy', {
      Bucket: 'b',
      PolicyDocument: { Statement: [{ Effect: 'Deny', Action: 's3:*', Principal: '*' }] },
    }),
    /^Thing\.PolicyDocument\.Statement\[0\]: bucket policies are not evaluated; only those that deny requests without TLS may stand/,
  ],
  [
    'a policy under a condition that the engine knows nothing of',
    one('AWS::IAM::Role', {
      AssumeRolePolicyDocument: lambda,
      Policies: [
        {
          PolicyName: 'p',
          PolicyDocument: {
            Statement: {
              Effect: 'Allow',
              Action: '*',
              Resource: '*',
              Condition: { Bool: { 'aws:MultiFactorAuthPresent': true } },
            },
          },
        },
      ],
    }),
    /^Thing\.Policies\[0\]\.PolicyDocument\.Statement\[0\]\.Condition: the key aws:MultiFactorAuthPresent is not supported/,
  ],
  [
    'a managed policy that the engine does not know',
    one('AWS::IAM::Role', {
      AssumeRolePolicyDocument: lambda,
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
    }),
    /^Thing\.ManagedPolicyArns\[0\]: the managed policy arn:aws:iam::aws:policy\/AdministratorAccess is not known; known are/,
  ],
  [
    'another runtime',
    one('AWS::Lambda::Function', { ...code, Runtime: 'python3.13' }),
    /^Thing\.Runtime: "python3\.13" is not supported/,
  ],
  [
    'a function in a network',
    one('AWS::Lambda::Function', { ...code, VpcConfig: {} }),
    /^Thing\.VpcConfig is not supported/,
  ],
  [
    'a subscription by a mobile application',
    one('AWS::SNS::Subscription', { Protocol: 'application' }),
    /^Thing\.Protocol: "application" is not supported \(nothing else is delivered to\)/,
  ],
  [
    'a key',
    one('AWS::KMS::Key', {}),
    /^Thing: resource type AWS::KMS::Key is not supported; supported are AWS::CloudWatch::Alarm/,
  ],
  [
    'a topic that keeps the order',
    one('AWS::SNS::Topic', { FifoTopic: true }),
    /^Thing\.FifoTopic: true is not supported/,
  ],
  [
    'a topic open to others',
    one('AWS::SNS::TopicPolicy', {
      Topics: [],
      PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sns:Publish', Resource: '*' }] },
    }),
    /^Thing\.PolicyDocument\.Statement\[0\]: only statements may stand that let cloudwatch\.amazonaws\.com publish/,
  ],
  [
    'a subscription whose filter it does not know',
    one('AWS::SNS::Subscription', {
      ...{ Protocol: 'sms', TopicArn: 'arn:aws:sns:us-east-1:000000000000:a', Endpoint: '+15550100' },
      FilterPolicy: { a: [{ like: 'b' }] },
    }),
    /Thing: FilterPolicy: \$\.a\[0\]: \{"like":"b"\} is not supported/,
  ],
  [
    'a function open to everyone',
    one('AWS::Lambda::Permission', { Action: 'lambda:InvokeFunction', FunctionName: 'none', Principal: '*' }),
    /Thing\.Principal: \* is not supported here/,
  ],
  [
    'a metric stream',
    one('AWS::CloudWatch::MetricStream', {}),
    /^Thing: resource type AWS::CloudWatch::MetricStream is not supported; supported are AWS::CloudWatch::Alarm/,
  ],
  [
    'a rule of another bus',
    one('AWS::Events::Rule', { EventBusName: 'orders' }),
    /^Thing\.EventBusName: "orders" is not supported \(there is one event bus\)/,
  ],
  [
    'a pattern with an unknown operator',
    one('AWS::Events::Rule', { EventPattern: { detail: { ip: [{ like: 'a' }] } } }),
    /^Thing: EventPattern: \$\.detail\.ip\[0\]: \{"like":"a"\} is not supported; supported are exists, prefix/,
  ],
  [
    'a rule that is told of nothing, with everything that is wrong with its target',
    one('AWS::Events::Rule', {
      Targets: [
        {
          ...{ Id: 'a', Arn: 'arn:aws:sqs:us-east-1:000000000000:queue', InputPath: '$..detail' },
          ...{
            RetryPolicy: { MaximumRetryAttempts: 186 },
            DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:a.fifo' },
          },
        },
        { Id: 'b', Arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:replay' },
      ],
    }),
    new RegExp(
      [
        'Thing: one of EventPattern and ScheduleExpression is needed',
        'Thing: Targets\\[0\\]\\.InputPath: \\$\\.\\.detail is not supported',
        'Thing: Targets\\[0\\]\\.Arn: arn:aws:sqs:\\S+ is neither a function nor a state machine',
        'Thing: Targets\\[0\\]\\.DeadLetterConfig\\.Arn: \\S+\\.fifo is no standard queue',
        'Thing: Targets\\[0\\]\\.RetryPolicy\\.MaximumRetryAttempts: 186 is not a whole number from 0 to 185',
        'Thing: Targets\\[1\\]\\.RoleArn: a state machine is started with a role',
      ].join('.*'),
      's',
    ),
  ],
  [
    'a schedule at one moment',
    one('AWS::Events::Rule', { ScheduleExpression: 'at(2026-11-02T09:00:00)' }),
    /^Thing: ScheduleExpression: at\(2026-11-02T09:00:00\) is neither rate\(\.\.\.\) nor cron\(\.\.\.\)/,
  ],
  [
    'a permission for a service that does not ask',
    one('AWS::Lambda::Permission', { Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' }),
    /^Thing\.Principal: "s3\.amazonaws\.com" is not supported \(no other service asks for permissions here\)/,
  ],
  [
    'a permission on a function that is elsewhere',
    one('AWS::Lambda::Permission', { FunctionName: 'other', Principal: 'events.amazonaws.com' }),
    /^Thing\.FunctionName: the template has no function other/,
  ],
  [
    'a queue open to others',
    one('AWS::SQS::QueuePolicy', {
      Queues: [],
      PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sqs:SendMessage' }] },
    }),
    /^Thing\.PolicyDocument\.Statement\[0\]: only statements may stand that let events\.amazonaws\.com or sns\.amazonaws\.com send/,
  ],
  [
    'a function whose role is elsewhere',
    {
      Logs: Logs ?? {},
      Function: { ...withoutTable, Properties: { ...withoutTable.Properties, Role: 'arn:aws:iam::1:role/other' } },
    },
    /^small-add: its role arn:aws:iam::1:role\/other is not in the template/,
  ],
  [
    'a function whose role Lambda may not assume',
    {
      Logs: Logs ?? {},
      Function: withoutTable,
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] } } },
    },
    /^small-add: the role defined for the function cannot be assumed by Lambda/,
  ],
  [
    'a mapping whose function may not read the stream',
    {
      ...{ Logs: Logs ?? {}, Function: withoutTable, Mapping: Mapping ?? {}, Stream: Stream ?? {} },
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: lambda } },
    },
    /- Mapping: the function's role \S+ does not allow kinesis:GetRecords on arn:aws:kinesis:us-east-1:000000000000:stream\/Small-test-Stream/,
  ],
])('%s is refused by name', async (_, resources, message) => {
  expect(await refusal(resources)).toMatch(message);
});
