import type { AccessSettings } from '@tidemark/core/config';
import { runbookLink } from '@tidemark/core/incidents/runbook';
import type { DeployedAlarm, IncidentsDeployment } from '@tidemark/core/incidents/settings';
import type { DistressEnvironment } from '@tidemark/handlers/distress/env';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { withStageCode } from '../functions/code.ts';
import { LoggedFunction } from '../functions/logged-function.ts';
import { calledSettings } from '../workflows/called-settings.ts';
import type { ContactTopics } from './contact-topics.ts';

export interface DistressProps {
  /** That on escalation itself. */
  readonly alarm: DeployedAlarm;
  readonly deployment: IncidentsDeployment;
  readonly contacts: ContactTopics;
  /** Where the runbook is. */
  readonly runbook: string;
  readonly access: AccessSettings;
  readonly retain: boolean;
}

/** Tells people that escalation itself fails: past the function, the table and the machine that may be what is broken. */
export class Distress extends LoggedFunction<DistressEnvironment> {
  constructor(scope: Construct, id: string, props: DistressProps) {
    const { alarm, deployment, contacts, runbook, access, retain } = props;
    super(scope, id, {
      description: 'Tells all contacts of critical alarms that escalation itself fails',
      withCode: (use) => withStageCode('distress', use, { 'incidents.json': deployment }),
      access,
      settings: calledSettings({ memoryMb: 256, timeoutSeconds: 60 }),
      environment: { CONTACT_TOPIC_PREFIX: contacts.prefix, RUNBOOK_URL: runbookLink(runbook, alarm.runbook) },
      statements: () => contacts.publishing(),
      retain,
    });
    new Rule(this, 'Fails', {
      description: 'Escalation fails',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { alarmName: [alarm.alarm], state: { value: ['ALARM'] } },
      },
      targets: [new FunctionTarget(this.function)],
    });
  }
}
