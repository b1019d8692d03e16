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
      const policy = new PolicyDocument({ statements: props.stream.writing() });
      assumableRole(this, 'Producer', access, access.producers, policy);
    }
    if (access.readers.length > 0) {
      const policy = new PolicyDocument({ statements: this.#reading(props) });
      assumableRole(this, 'Reader', access, access.readers, policy);
    }
  }

  #reading({ source, stream, series, control }: SourceAccessProps): PolicyStatement[] {
    acknowledgeWildcard(this, '*', 'CloudWatch knows no resources for reading metrics.');
    return [
      ...series.reading(),
      control.reading(source.name),
      stream.describing(),
      new PolicyStatement({
        sid: 'FindSource',
        actions: ['cloudformation:DescribeStacks'],
        resources: [Stack.of(this).stackId],
      }),
      new PolicyStatement({
        sid: 'ReadMetrics',
        actions: ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'],
        // CloudWatch knows no resources for these actions, and no condition on the namespace either.
        resources: ['*'],
      }),
    ];
  }
}
