import type { AccessSettings } from '@tidemark/core/config';
import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Duration, TimeZone } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { scheduleRole } from '../access/role.ts';
import type { Machine } from './machine.ts';

export interface NightlyProps {
  /** What is started. */
  readonly machine: Machine;
  /** `cron(30 3 * * ? *)` or `rate(1 day)`, in the words of EventBridge Scheduler. */
  readonly expression: string;
  /** Of IANA: `Europe/Berlin`. */
  readonly zone: string;
  readonly access: AccessSettings;
}

/** A start that did not succeed for so long is given up: the next one comes, and finds more to prune. */
const triedFor = Duration.hours(6);

/** Starts the pruning of every source that has a retention, at the time that the configuration says. */
export class Nightly extends Construct {
  constructor(scope: Construct, id: string, { machine, expression, zone, access }: NightlyProps) {
    super(scope, id);
    const start = new PolicyStatement({
      sid: 'StartPruning',
      actions: ['states:StartExecution'],
      resources: [machine.arn],
    });
    const role = scheduleRole(this, access, new PolicyDocument({ statements: [start] }));
    new Schedule(this, 'Schedule', {
      description: 'Prunes what is older than its retention',
      schedule: ScheduleExpression.expression(expression, TimeZone.of(zone)),
      timeWindow: TimeWindow.off(),
      target: new StepFunctionsStartExecution(machine.machine, {
        role: role.withoutPolicyUpdates(),
        // The time names the runs: a start that is delivered twice starts each of them once.
        input: ScheduleTargetInput.fromObject({ nightly: true, scheduled: ContextAttribute.scheduledTime }),
        maxEventAge: triedFor,
      }),
    });
  }
}
