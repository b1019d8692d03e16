import type { Statement } from './statement.ts';

const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const kinesis = [
  'DescribeStream',
  'DescribeStreamSummary',
  'GetRecords',
  'GetShardIterator',
  'ListShards',
  'ListStreams',
];
const dynamoDb = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];

/** AWS's own policies that functions have by custom, and what they allow. */
const actionsOf: Readonly<Record<string, readonly string[]>> = {
  AWSLambdaBasicExecutionRole: logs,
  AWSLambdaKinesisExecutionRole: [...logs, ...kinesis.map((name) => `kinesis:${name}`), 'kinesis:SubscribeToShard'],
  AWSLambdaDynamoDBExecutionRole: [...logs, ...dynamoDb.map((name) => `dynamodb:${name}`)],
};

const prefix = 'arn:aws:iam::aws:policy/service-role/';

export const managedPolicyArns = Object.keys(actionsOf).map((name) => prefix + name);

/** Undefined for a policy that the engine does not know. */
export function managedStatements(policyArn: string): readonly Statement[] | undefined {
  const actions = policyArn.startsWith(prefix) ? actionsOf[policyArn.slice(prefix.length)] : undefined;
  if (actions === undefined) return undefined;
  const all = { isNegated: false, values: ['*'] };
  return [{ effect: 'Allow', actions: { isNegated: false, values: actions }, resources: all, conditions: [] }];
}
