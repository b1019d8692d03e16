import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Escalation } from '../escalation/escalation.ts';
import type { Machine } from '../workflows/machine.ts';
import type { OperatedSource } from '../workflows/settings.ts';
import { findingStatement, readingStatements } from './access.ts';
import { assumableRole } from './role.ts';
import { acknowledgeWildcard } from './wildcard.ts';

export interface OperatorAccessProps {
  readonly operated: OperatedSource;
  /** The stage's: their input names the source, which no policy can look at. */
  readonly machines: readonly Machine[];
  readonly watchdog: IFunction;
  /** Absent where the stage has no alarm. */
  readonly escalation: Escalation | undefined;
}

/** What it takes to answer an incident and to silence alarms. `scope` holds the role that gets it. */
function answering(scope: Construct, { acknowledge, machine }: Escalation): PolicyStatement[] {
  acknowledgeWildcard(scope, '*', 'Alarms are described, and their history told, by their names.');
  return [
    new PolicyStatement({
      sid: 'AskForAlarms',
      actions: ['lambda:InvokeFunction'],
      // Asked itself, it says what is deployed, and nothing else: the function that makes incidents would do whatever an escalation does.
      resources: [acknowledge.function.functionArn],
    }),
    new PolicyStatement({
      sid: 'WakeEscalations',
      actions: ['states:SendTaskSuccess'],
      resources: [machine.arn],
    }),
    new PolicyStatement({
      sid: 'LookAtAlarms',
      actions: ['cloudwatch:DescribeAlarmHistory', 'cloudwatch:DescribeAlarms'],
      resources: ['*'],
    }),
  ];
}

/** A role for people and programs that operate a source: they start, follow, cancel and undo runs, and put on the stream anew what was set aside. */
export class OperatorAccess extends Construct {
  constructor(scope: Construct, id: string, { operated, machines, watchdog, escalation }: OperatorAccessProps) {
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
      ...(escalation === undefined ? [] : [control.answering(source.name), ...answering(this, escalation)]),
      findingStatement(this),
    ];
    assumableRole(this, 'Operator', source.access, source.access.operators, new PolicyDocument({ statements }));
  }
}
