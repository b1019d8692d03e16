import type { AccessSettings } from '@tidemark/core/config';
import type { WatchdogEnvironment } from '@tidemark/handlers/watchdog/env';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { withStageCode } from '../functions/code.ts';
import { LoggedFunction } from '../functions/logged-function.ts';
import { calledSettings } from './called-settings.ts';
import type { Machine } from './machine.ts';
import type { OperatedSource } from './settings.ts';
import { onMappings, onPipes } from './statements.ts';

export interface WatchdogProps {
  readonly operated: readonly OperatedSource[];
  readonly machines: readonly Machine[];
  /** The function that does the steps of runs. */
  readonly steps: IFunction;
  readonly access: AccessSettings;
  readonly retain: boolean;
}

/** An execution that is stopped runs no state any more: what it held must be let go by someone else. */
const everyMinutes = 5;

/** Lets go of live counting that a stopped execution left held, removes its pipe, and has its corrections put where it had switched. */
export class Watchdog extends LoggedFunction<WatchdogEnvironment> {
  constructor(scope: Construct, id: string, { operated, machines, steps, access, retain }: WatchdogProps) {
    const control = operated[0]?.control;
    if (control === undefined) throw new Error('a stage without a source');
    super(scope, id, {
      description: 'Lets go of counters that a stopped run left held',
      withCode: (use) => withStageCode('watchdog', use),
      access,
      settings: calledSettings({ memoryMb: 256, timeoutSeconds: 300 }),
      environment: { CONTROL_TABLE: control.table.tableName, STEPS_FUNCTION: steps.functionName },
      statements: (role) => [
        control.operating(),
        onMappings(operated),
        onPipes(role),
        new PolicyStatement({
          sid: 'LookAtExecutions',
          actions: ['states:DescribeExecution'],
          resources: machines.map((machine) => machine.executionsFor(role)),
        }),
        new PolicyStatement({
          sid: 'HaveCorrected',
          actions: ['lambda:InvokeFunction'],
          resources: [steps.functionArn],
        }),
      ],
      retain,
    });
    // Whatever the event says, every source is looked at: another event may have been lost.
    const event = RuleTargetInput.fromObject({ sources: operated.map(({ source }) => source.name) });
    const target = () => new FunctionTarget(this.function, { event });
    new Rule(this, 'Ended', {
      description: 'A run ended that may have left something held',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['ABORTED', 'FAILED', 'TIMED_OUT'], stateMachineArn: machines.map(({ arn }) => arn) },
      },
      targets: [target()],
    });
    new Rule(this, 'Regularly', {
      description: 'Should an event be lost',
      schedule: Schedule.rate(Duration.minutes(everyMinutes)),
      targets: [target()],
    });
  }
}
