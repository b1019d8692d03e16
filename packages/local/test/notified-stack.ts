import type { WrittenTemplate } from '../src/template/written-assembly.ts';

const topic = { Ref: 'Topic' };

/** Files of the assembly: a function that logs what it was invoked with. */
export const notifiedFiles = {
  'function/index.mjs': "export const handler = async (event) => console.log('called with ' + JSON.stringify(event));",
};

/**
 * A topic with a queue that takes raw messages of kind `wanted`, a queue that takes everything, a function, an e-mail, a
 * telephone and an address elsewhere. Outputs: `Topic`, `Raw`, `All`, `Dead`, `DeadArn`.
 */
export function notifiedTemplate(): WrittenTemplate {
  return {
    Resources: {
      Topic: {
        Type: 'AWS::SNS::Topic',
        Properties: { TopicName: 'pager', DisplayName: 'Tidemark alarms', KmsMasterKeyId: 'alias/aws/sns' },
      },
      ...queue('Raw'),
      ...queue('All'),
      ...queue('Dead'),
      ToRaw: subscription(
        'sqs',
        { 'Fn::GetAtt': ['Raw', 'Arn'] },
        {
          RawMessageDelivery: true,
          FilterPolicy: { kind: ['wanted'] },
        },
      ),
      ToAll: subscription('sqs', { 'Fn::GetAtt': ['All', 'Arn'] }),
      ToFunction: subscription('lambda', { 'Fn::GetAtt': ['Function', 'Arn'] }),
      ToMail: subscription('email', 'oncall@example.org', {
        FilterPolicy: { severity: ['high'] },
        FilterPolicyScope: 'MessageBody',
      }),
      ToJsonMail: subscription('email-json', 'robot@example.org', { FilterPolicy: { to: ['robot'] } }),
      ToPhone: subscription('sms', '+4915112345678'),
      ToAddress: subscription('https', 'https://hooks.example.org/x'),
      Function: {
        Type: 'AWS::Lambda::Function',
        Metadata: { 'aws:asset:path': 'function' },
        Properties: {
          ...{ FunctionName: 'notified', Handler: 'index.handler', Runtime: 'nodejs24.x', MemorySize: 256 },
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        },
      },
      Role: role(),
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          ...{ Action: 'lambda:InvokeFunction', FunctionName: { Ref: 'Function' } },
          ...{ Principal: 'sns.amazonaws.com', SourceArn: topic },
        },
      },
    },
    Outputs: {
      Topic: { Value: topic },
      ...Object.fromEntries(['Raw', 'All', 'Dead'].map((name) => [name, { Value: { Ref: name } }])),
      DeadArn: { Value: { 'Fn::GetAtt': ['Dead', 'Arn'] } },
    },
  };
}

/** A queue that lets the topic send. */
function queue(name: string): Readonly<Record<string, unknown>> {
  const Statement = [
    {
      ...{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage' },
      ...{ Resource: { 'Fn::GetAtt': [name, 'Arn'] }, Condition: { ArnEquals: { 'aws:SourceArn': topic } } },
    },
  ];
  return {
    [name]: { Type: 'AWS::SQS::Queue' },
    [`${name}Policy`]: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: name }], PolicyDocument: { Version: '2012-10-17', Statement } },
    },
  };
}

function subscription(Protocol: string, Endpoint: unknown, more: object = {}): object {
  return { Type: 'AWS::SNS::Subscription', Properties: { TopicArn: topic, Protocol, Endpoint, ...more } };
}

function role(): object {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    },
  };
}
