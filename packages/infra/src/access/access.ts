import type { SourceSettings } from '@tidemark/core/config';
import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ControlTable } from '../control/table.ts';
import type { SeriesTable } from '../series/table.ts';
import type { SourceStream } from '../stream/stream.ts';
import { assumableRole } from './role.ts';
import { acknowledgeWildcard } from './wildcard.ts';

export interface SourceAccessProps {
  readonly source: SourceSettings;
  readonly stream: SourceStream;
  readonly series: SeriesTable;
  readonly control: ControlTable;
}

/** Roles for people and programs outside: producers put records on the stream, readers see counters and state. */
export class SourceAccess extends Construct {
  constructor(scope: Construct, id: string, props: SourceAccessProps) {
    super(scope, id);
    const { access } = props.source;
    if (access.producers.length > 0) {
      const statements = [...props.stream.writing(), findingStatement(this)];
      assumableRole(this, 'Producer', access, access.producers, new PolicyDocument({ statements }));
    }
    if (access.readers.length > 0) {
      const statements = [...readingStatements(this, props), findingStatement(this)];
      assumableRole(this, 'Reader', access, access.readers, new PolicyDocument({ statements }));
    }
  }
}

/** What the command line needs for counters and status; status looks at the arrival of a shard's next record. `scope` holds the role that gets it. */
export function readingStatements(
  scope: Construct,
  { source, stream, series, control }: SourceAccessProps,
): PolicyStatement[] {
  acknowledgeWildcard(scope, '*', 'CloudWatch and Lambda know no resources for these actions, all of which only read.');
  return [
    ...series.reading(),
    control.reading(source.name),
    ...stream.reading(),
    new PolicyStatement({
      sid: 'ReadMetricsAndMappings',
      actions: ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics', 'lambda:ListEventSourceMappings'],
      // Neither service knows resources for these actions.
      resources: ['*'],
    }),
  ];
}

/**
 * The outputs of the stack tell where a source's parts are. Who asks by the stack's name, as the command line does, is checked
 * against `stack/NAME/*` and not against the stack's id.
 */
export function findingStatement(scope: Construct): PolicyStatement {
  const stack = Stack.of(scope);
  const resourceName = `${stack.stackName}/*`;
  acknowledgeWildcard(
    scope,
    `arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/${resourceName}`,
    'A stack is asked for by its name, and its id is not known to who asks.',
  );
  return new PolicyStatement({
    sid: 'FindSource',
    actions: ['cloudformation:DescribeStacks'],
    resources: [stack.formatArn({ service: 'cloudformation', resource: 'stack', resourceName })],
  });
}
