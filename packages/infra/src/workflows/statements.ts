import { pipeNamePrefix } from '@tidemark/core/replay/run';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from '../access/wildcard.ts';
import type { OperatedSource } from './settings.ts';

/** Live counting, held and let go: the mappings of the sources and no others. */
export function onMappings(operated: readonly OperatedSource[]): PolicyStatement {
  return new PolicyStatement({
    sid: 'HoldCounting',
    actions: ['lambda:GetEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
    resources: operated.flatMap(({ count, window }) => [count, window]).flatMap((fn) => fn?.mappingArn ?? []),
  });
}

/** The pipes of runs, which are named after the stack. */
export function onPipes(scope: Construct, more: readonly string[] = []): PolicyStatement {
  const stack = Stack.of(scope);
  const resourceName = `${pipeNamePrefix(stack.stackName)}*`;
  acknowledgeWildcard(
    scope,
    `arn:<AWS::Partition>:pipes:<AWS::Region>:<AWS::AccountId>:pipe/${resourceName}`,
    'Each run makes a pipe of its own, named after it.',
  );
  return new PolicyStatement({
    sid: 'KeepPipes',
    actions: ['pipes:DescribePipe', 'pipes:StopPipe', 'pipes:DeletePipe', ...more],
    resources: [stack.formatArn({ service: 'pipes', resource: 'pipe', resourceName })],
  });
}

/** Statements of several sources in one policy: their names would clash. */
export function unnamed(statements: readonly PolicyStatement[]): PolicyStatement[] {
  return statements.map((statement) => {
    const { Sid: _, ...rest } = statement.toStatementJson();
    return PolicyStatement.fromJson(rest);
  });
}
