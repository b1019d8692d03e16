import { describe, expect, test } from 'vitest';
import type { AwsRequest } from '../../gateway/service.ts';
import { accessesOf } from './access.ts';
import { type Access, evaluate, isLike } from './evaluate.ts';
import { managedStatements } from './managed-policies.ts';
import { contextOfAll, policyRefusals, readStatements } from './statement.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/Control';
const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:Replay';
const alarm = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:';
const place = {
  region: 'us-east-1',
  account: '000000000000',
  partitionKeyOf: (name: string) => (name === 'Control' ? 'Source' : undefined),
  machineOfToken: (token: string) => (token === 'waiting' ? machine : undefined),
};

function decide(statement: object | readonly object[], access: Partial<Access>) {
  const statements = readStatements({ Statement: statement });
  return evaluate(statements, { action: 'dynamodb:UpdateItem', resource: table, context: {}, ...access });
}

describe('a policy', () => {
  const allow = { Effect: 'Allow', Action: 'dynamodb:UpdateItem', Resource: table };
  test.each([
    ['allows what it names', allow, {}, 'allowed'],
    ['whatever the letters of the action', { ...allow, Action: 'DynamoDB:updateitem' }, {}, 'allowed'],
    [
      'with wildcards',
      { ...allow, Action: ['dynamodb:Put*', 'dynamodb:Update????'], Resource: 'arn:*:table/C*' },
      {},
      'allowed',
    ],
    ['no other action', allow, { action: 'dynamodb:DeleteItem' }, 'not allowed'],
    ['no other resource', allow, { resource: `${table}2` }, 'not allowed'],
    [
      'a wildcard is no regular expression',
      { ...allow, Resource: table.replace('Control', 'C.ntrol') },
      {},
      'not allowed',
    ],
    ['a deny wins', [allow, { ...allow, Effect: 'Deny', Resource: '*' }], {}, 'explicitly denied'],
    ['everything but', { Effect: 'Allow', NotAction: 'iam:*', NotResource: 'x' }, {}, 'allowed'],
    ['nothing without statements', [], {}, 'not allowed'],
  ])('%s', (_, statement, access, decision) => {
    expect(decide(statement, access)).toBe(decision);
  });
});

describe('a condition', () => {
  const under = (Condition: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', Condition });
  const namespace = under({ StringEquals: { 'cloudwatch:namespace': 'Tidemark' } });
  const leading = under({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['web', 'rides'] } });
  test.each([
    ['holds', namespace, { 'cloudwatch:namespace': ['Tidemark'] }, 'allowed'],
    ['does not hold', namespace, { 'cloudwatch:namespace': ['Other'] }, 'not allowed'],
    ['does not hold without a value', namespace, {}, 'not allowed'],
    ['if it exists', under({ StringEqualsIfExists: { 'cloudwatch:namespace': 'Tidemark' } }), {}, 'allowed'],
    ['for all values', leading, { 'dynamodb:LeadingKeys': ['web', 'rides'] }, 'allowed'],
    ['for one value too many', leading, { 'dynamodb:LeadingKeys': ['web', 'other'] }, 'not allowed'],
    ['for all of no values', leading, {}, 'allowed'],
    [
      'for any value',
      under({ 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': 'w*' } }),
      { 'dynamodb:LeadingKeys': ['x', 'web'] },
      'allowed',
    ],
    ['of absence', under({ Null: { 'cloudwatch:namespace': 'true' } }), {}, 'allowed'],
  ])('%s', (_, statement, context, decision) => {
    expect(decide(statement, { context })).toBe(decision);
  });
});

test('what holds of every call', () => {
  const inAccount = (account: string) => ({
    ...{ Effect: 'Allow', Action: '*', Resource: '*' },
    Condition: { StringEquals: { 'aws:ResourceAccount': account }, Bool: { 'aws:SecureTransport': 'true' } },
  });
  const context = contextOfAll('000000000000');
  expect(decide(inAccount('000000000000'), { context })).toBe('allowed');
  expect(decide(inAccount('111111111111'), { context })).toBe('not allowed');
});

test('what a policy holds and the engine cannot evaluate is refused by name', () => {
  const Statement = [
    { Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' },
    { Effect: 'Allow', Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } },
  ];
  expect(policyRefusals({ Statement }, 'Role.Policy')).toEqual([
    'Role.Policy.Statement[0].Principal is not supported; supported: Sid, Effect, Action, NotAction, Resource, NotResource, Condition',
    expect.stringMatching(
      /^Role\.Policy\.Statement\[1\]\.Condition\.IpAddress is not supported; supported: StringEquals/,
    ),
    expect.stringMatching(/the key aws:SourceIp is not supported; supported: cloudwatch:namespace/),
  ]);
});

describe('what a call does', () => {
  const request = (service: string, operation: string, input: object = {}, path = '/'): AwsRequest => ({
    ...{ service, operation, method: 'POST', path, query: new URLSearchParams(), headers: {} },
    ...{ body: Buffer.from(JSON.stringify(input)), accessKeyId: '', region: '' },
  });
  const sns = (operation: string, form: Readonly<Record<string, string>>) => ({
    ...request('sns', operation),
    body: Buffer.from(new URLSearchParams(form).toString()),
  });
  const topic = 'arn:aws:sns:us-east-1:000000000000:pager';
  const other = table.replace('Control', 'Series');
  test.each([
    [
      request('dynamodb', 'UpdateItem', { TableName: 'Control', Key: { Source: { S: 'web' } } }),
      [['dynamodb:UpdateItem', table, { 'dynamodb:LeadingKeys': ['web'] }]],
    ],
    [
      request('dynamodb', 'Query', {
        TableName: 'Control',
        KeyConditionExpression: '#s = :s AND Item > :i',
        ExpressionAttributeNames: { '#s': 'Source' },
        ExpressionAttributeValues: { ':s': { S: 'web' }, ':i': { S: '' } },
      }),
      [['dynamodb:Query', table, { 'dynamodb:LeadingKeys': ['web'] }]],
    ],
    [
      request('dynamodb', 'BatchWriteItem', {
        RequestItems: { Control: [{ PutRequest: { Item: { Source: { S: 'web' } } } }], Series: [] },
      }),
      [
        ['dynamodb:BatchWriteItem', table, { 'dynamodb:LeadingKeys': ['web'] }],
        ['dynamodb:BatchWriteItem', other, { 'dynamodb:LeadingKeys': [] }],
      ],
    ],
    [
      request('dynamodb', 'TransactWriteItems', {
        TransactItems: [{ ConditionCheck: { TableName: 'Series' } }, { Put: { TableName: 'Series' } }],
      }),
      [
        ['dynamodb:ConditionCheckItem', other, {}],
        ['dynamodb:PutItem', other, {}],
      ],
    ],
    [
      request('dynamodb', 'Query', { TableName: 'Series', IndexName: 'I' }),
      [['dynamodb:Query', `${other}/index/I`, {}]],
    ],
    [
      request('dynamodb', 'GetRecords', {
        ShardIterator: '000|arn:aws:dynamodb:ddblocal:000000000000:table/T/stream/x|abc',
      }),
      [['dynamodb:GetRecords', 'arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/x', {}]],
    ],
    [
      request('s3', 'PutObject', {}, '/data/quarantine/web/a%20b.json'),
      [['s3:PutObject', 'arn:aws:s3:::data/quarantine/web/a b.json', {}]],
    ],
    [request('s3', 'ListObjectsV2', {}, '/data'), [['s3:ListBucket', 'arn:aws:s3:::data', {}]]],
    [
      { ...request('s3', 'ListObjectsV2', {}, '/data'), query: new URLSearchParams({ prefix: 'archive/' }) },
      [['s3:ListBucket', 'arn:aws:s3:::data', { 's3:prefix': ['archive/'] }]],
    ],
    [
      request('pipes', 'CreatePipe', { RoleArn: 'arn:aws:iam::000000000000:role/piping' }, '/v1/pipes/recount'),
      [
        ['pipes:CreatePipe', 'arn:aws:pipes:us-east-1:000000000000:pipe/recount', {}],
        ['iam:PassRole', 'arn:aws:iam::000000000000:role/piping', { 'iam:PassedToService': ['pipes.amazonaws.com'] }],
      ],
    ],
    [
      request('pipes', 'StopPipe', {}, '/v1/pipes/recount/stop'),
      [['pipes:StopPipe', 'arn:aws:pipes:us-east-1:000000000000:pipe/recount', {}]],
    ],
    [request('pipes', 'ListPipes', {}, '/v1/pipes'), [['pipes:ListPipes', '*', {}]]],
    [
      request('pipes', 'TagResource', {}, `/tags/${encodeURIComponent('arn:aws:pipes:us-east-1:000000000000:pipe/p')}`),
      [['pipes:TagResource', 'arn:aws:pipes:us-east-1:000000000000:pipe/p', {}]],
    ],
    [
      request('monitoring', 'PutMetricData', { Namespace: 'Tidemark' }),
      [['cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': ['Tidemark'] }]],
    ],
    [request('monitoring', 'SetAlarmState', { AlarmName: 'low' }), [['cloudwatch:SetAlarmState', `${alarm}low`, {}]]],
    [
      request('monitoring', 'DisableAlarmActions', { AlarmNames: ['low', 'high'] }),
      [
        ['cloudwatch:DisableAlarmActions', `${alarm}low`, {}],
        ['cloudwatch:DisableAlarmActions', `${alarm}high`, {}],
      ],
    ],
    [request('monitoring', 'DescribeAlarms', { AlarmNames: [] }), [['cloudwatch:DescribeAlarms', `${alarm}*`, {}]]],
    [
      request('kinesis', 'PutRecord', { StreamName: 'web' }),
      [['kinesis:PutRecord', 'arn:aws:kinesis:us-east-1:000000000000:stream/web', {}]],
    ],
    [
      request('monitoring', 'DescribeAlarms', { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
      [['cloudwatch:DescribeAlarms', '*', {}]],
    ],
    [request('monitoring', 'PutCompositeAlarm', { AlarmName: 'any' }), [['cloudwatch:PutCompositeAlarm', '*', {}]]],
    [
      request('lambda', 'Invoke', {}, '/2015-03-31/functions/f/invocations'),
      [['lambda:InvokeFunction', 'arn:aws:lambda:us-east-1:000000000000:function:f', {}]],
    ],
    [
      request('lambda', 'UpdateEventSourceMapping', {}, '/2015-03-31/event-source-mappings/1-2'),
      [['lambda:UpdateEventSourceMapping', 'arn:aws:lambda:us-east-1:000000000000:event-source-mapping:1-2', {}]],
    ],
    [
      request('lambda', 'ListEventSourceMappings', {}, '/2015-03-31/event-source-mappings/'),
      [['lambda:ListEventSourceMappings', '*', {}]],
    ],
    [request('states', 'StartExecution', { stateMachineArn: machine }), [['states:StartExecution', machine, {}]]],
    [
      request('states', 'StopExecution', { executionArn: 'other', stateMachineArn: machine }),
      [['states:StopExecution', 'other', {}]],
    ],
    [
      request('states', 'SendTaskFailure', { taskToken: 'other', stateMachineArn: machine }),
      [['states:SendTaskFailure', '*', {}]],
    ],
    [request('states', 'SendTaskSuccess', { taskToken: 'waiting' }), [['states:SendTaskSuccess', machine, {}]]],
    [request('states', 'SendTaskSuccess', { taskToken: 'other' }), [['states:SendTaskSuccess', '*', {}]]],
    [sns('Publish', { TopicArn: topic, Message: 'x' }), [['sns:Publish', topic, {}]]],
    [sns('PublishBatch', { TopicArn: topic }), [['sns:Publish', topic, {}]]],
    [sns('Publish', { PhoneNumber: '+15550100', Message: 'x' }), [['sns:Publish', '*', {}]]],
    [sns('Unsubscribe', { SubscriptionArn: `${topic}:1-2` }), [['sns:Unsubscribe', topic, {}]]],
    [request('sts', 'GetCallerIdentity'), []],
  ])('$service $operation', (call, accesses) => {
    expect(accessesOf(call, place).map(({ action, resource, context }) => [action, resource, context])).toEqual(
      accesses,
    );
  });
});

test('wildcards', () => {
  expect([
    isLike('a.b', 'a?b'),
    isLike('a\nb', 'a*b'),
    isLike('ab', 'a.b'),
    isLike('', '*'),
    isLike('(x)', '(*)'),
  ]).toEqual([true, true, false, true, true]);
});

test("AWS's own policies are known by their ARNs", () => {
  const statements = managedStatements('arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole') ?? [];
  expect(evaluate(statements, { action: 'kinesis:GetRecords', resource: 'x', context: {} })).toBe('allowed');
  expect(managedStatements('arn:aws:iam::aws:policy/AdministratorAccess')).toBeUndefined();
});
