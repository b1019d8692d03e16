import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Machine } from '../workflows/machine.ts';
import type { OperatedSource } from '../workflows/settings.ts';
import { findingStatement, readingStatements } from './access.ts';
import { assumableRole } from './role.ts';

export interface OperatorAccessProps {
  readonly operated: OperatedSource;
  /** The stage's: their input names the source, which no policy can look at. */
  readonly machines: readonly Machine[];
  readonly watchdog: IFunction;
}

/** A role for people and programs that operate a source: they start, follow, cancel and undo runs, and put on the stream anew what was set aside. */
export class OperatorAccess extends Construct {
  constructor(scope: Construct, id: string, { operated, machines, watchdog }: OperatorAccessProps) {
    super(scope, id);
    const { source, stream, control, data } = operated;
    const statements = [
      ...readingStatements(this, operated),
      ...stream.writing(),
      control.steering(source.name),
      ...data.operating(this, source.name),
      new PolicyStatement({
        sid: 'StartRuns',
        actions: ['states:StartExecution'],
        resources: machines.map(({ arn }) => arn),
      }),
      new PolicyStatement({
        sid: 'SteerRuns',
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: machines.map((machine) => machine.executionsFor(this)),
      }),
      new PolicyStatement({
        sid: 'CleanUp',
        actions: ['lambda:InvokeFunction'],
        resources: [watchdog.functionArn],
      }),
      findingStatement(this),
    ];
    assumableRole(this, 'Operator', source.access, source.access.operators, new PolicyDocument({ statements }));
  }
}
