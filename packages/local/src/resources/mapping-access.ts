import type { LambdaHost } from '../lambda/host.ts';
import { evaluate } from '../services/iam/evaluate.ts';
import type { Roles } from '../services/iam/roles.ts';
import { contextOfAll } from '../services/iam/statement.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { ResourceType } from '../template/resource-type.ts';

/** What Lambda does in the function's name to read a stream. */
const reading: Readonly<Record<string, readonly string[]>> = {
  kinesis: ['DescribeStream', 'DescribeStreamSummary', 'GetRecords', 'GetShardIterator', 'ListShards'],
  dynamodb: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'],
};

/** Creates a mapping only where the function's role lets Lambda read the stream and leave what it gives up, as Lambda checks it. */
export function withAccessCheck(type: ResourceType, host: LambdaHost, roles: Roles, account: string): ResourceType {
  return {
    members: type.members,
    create(request) {
      const { FunctionName, EventSourceArn, DestinationConfig } = request.properties;
      const { role: roleArn } = host.definition(String(FunctionName).split(':').at(-1) ?? '');
      const statements = roles.find(roleArn)?.statements ?? [];
      const context = contextOfAll(account);
      const needed = [...streamAccess(String(EventSourceArn)), ...destinationAccess(DestinationConfig)];
      const refused = needed
        .filter(({ action, resource }) => evaluate(statements, { action, resource, context }) !== 'allowed')
        .map(
          ({ action, resource }) =>
            `${request.logicalId}: the function's role ${roleArn} does not allow ${action} on ${resource}`,
        );
      if (refused.length > 0) throw new TemplateRefused(refused);
      return type.create(request);
    },
  };
}

function streamAccess(arn: string) {
  const service = arn.split(':')[2] ?? '';
  return (reading[service] ?? []).map((name) => ({ action: `${service}:${name}`, resource: arn }));
}

/** Lambda chooses the objects' keys; the first part of them is always the same. */
function destinationAccess(config: unknown) {
  const arn = (config as { readonly OnFailure?: { readonly Destination?: string } } | undefined)?.OnFailure
    ?.Destination;
  switch (arn?.split(':')[2]) {
    case 's3':
      return [
        { action: 's3:PutObject', resource: `${arn}/aws/lambda/mapping` },
        { action: 's3:ListBucket', resource: arn },
      ];
    case 'sqs':
      return [{ action: 'sqs:SendMessage', resource: arn }];
    case 'sns':
      return [{ action: 'sns:Publish', resource: arn }];
    default:
      return [];
  }
}
