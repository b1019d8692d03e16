import type { WrittenTemplate } from './template/written-assembly.ts';

/**
 * A stack for tests of the engine: a stream, a table, and a function between them that adds one to the item that a record
 * names. A record `delete:NAME` asks for what the function's role does not allow; the item `secret` is denied to it.
 */
export const smallTemplate: WrittenTemplate = {
  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'A <small> stack',
  Resources: {
    Stream: { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: 1, RetentionPeriodHours: 48 } },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        AttributeDefinitions: [{ AttributeName: 'Name', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'Name', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'ExpiresAt', Enabled: true },
      },
    },
    Bucket: { Type: 'AWS::S3::Bucket' },
    Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/small/add', RetentionInDays: 30 } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'small-role',
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
        },
        ManagedPolicyArns: [
          {
            'Fn::Join': [
              '',
              ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole'],
            ],
          },
        ],
      },
    },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'add',
        PolicyDocument: {
          Statement: [
            { Effect: 'Allow', Action: 'dynamodb:UpdateItem', Resource: { 'Fn::GetAtt': ['Table', 'Arn'] } },
            {
              Effect: 'Deny',
              Action: 'dynamodb:*',
              Resource: '*',
              Condition: { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': ['secret'] } },
            },
          ],
        },
        Roles: [{ Ref: 'Role' }],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      DependsOn: ['Policy'],
      Metadata: { 'aws:asset:path': 'asset.add' },
      Properties: {
        FunctionName: 'small-add',
        Code: {
          S3Bucket: { 'Fn::Join': ['-', ['assets', { Ref: 'AWS::AccountId' }, { Ref: 'AWS::Region' }]] },
          S3Key: 'add.zip',
        },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        MemorySize: 128,
        Timeout: 30,
        Environment: { Variables: { TABLE: { Ref: 'Table' } } },
        LoggingConfig: { LogGroup: { Ref: 'Logs' } },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'Function' },
        EventSourceArn: { 'Fn::GetAtt': ['Stream', 'Arn'] },
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 10,
      },
    },
  },
  Outputs: {
    Stream: { Value: { Ref: 'Stream' } },
    Table: { Value: { Ref: 'Table' }, Description: 'Where it is kept' },
    TableStream: { Value: { 'Fn::GetAtt': ['Table', 'StreamArn'] } },
    Bucket: { Value: { Ref: 'Bucket' } },
  },
};

const handler = `
const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN, AWS_REGION, TABLE } = process.env;

async function call(operation, input) {
  const scope = AWS_ACCESS_KEY_ID + '/20261102/' + AWS_REGION + '/dynamodb/aws4_request';
  const response = await fetch(AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=' + scope + ', SignedHeaders=host, Signature=0',
      'x-amz-security-token': AWS_SESSION_TOKEN,
      'x-amz-target': 'DynamoDB_20120810.' + operation,
      'content-type': 'application/x-amz-json-1.0',
    },
    body: JSON.stringify({ TableName: TABLE, ...input }),
  });
  if (!response.ok) throw new Error(await response.text());
}

export async function handler({ Records }) {
  for (const { kinesis } of Records) {
    const text = Buffer.from(kinesis.data, 'base64').toString();
    console.log('adding ' + text);
    const Key = { Name: { S: text.replace('delete:', '') } };
    if (text.startsWith('delete:')) await call('DeleteItem', { Key });
    else await call('UpdateItem', { Key, UpdateExpression: 'ADD Added :one', ExpressionAttributeValues: { ':one': { N: '1' } } });
  }
}
`;

/** The function's code, by its path in the assembly. */
export const smallFiles = { 'asset.add/index.mjs': handler };
