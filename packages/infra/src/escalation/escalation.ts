import type { AccessSettings } from '@tidemark/core/config';
import { escalationPlan } from '@tidemark/core/incidents/plan';
import type { DeployedAlarm, EscalationSettings, IncidentsDeployment } from '@tidemark/core/incidents/settings';
import type { AcknowledgeEnvironment } from '@tidemark/handlers/acknowledge/env';
import type { IncidentsEnvironment } from '@tidemark/handlers/incidents/env';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../access/wildcard.ts';
import { alarmNamePrefix } from '../alarms/alarm-name.ts';
import { isOnEscalation } from '../alarms/stage-alarms.ts';
import type { ControlTable } from '../control/table.ts';
import type { DataBucket } from '../data/bucket.ts';
import { withStageCode } from '../functions/code.ts';
import { LoggedFunction } from '../functions/logged-function.ts';
import { calledSettings } from '../workflows/called-settings.ts';
import { Machine } from '../workflows/machine.ts';
import { machineArn } from '../workflows/machine-role.ts';
import { ContactTopics } from './contact-topics.ts';
import { Distress } from './distress.ts';
import { escalateDefinition } from './escalate.ts';
import { escalateRole } from './escalate-role.ts';

export interface EscalationProps {
  readonly settings: EscalationSettings;
  /** Of the stage: `prod`. */
  readonly stage: string;
  /** All that become incidents. */
  readonly alarms: readonly DeployedAlarm[];
  readonly control: ControlTable;
  readonly data: DataBucket;
  readonly access: AccessSettings;
  readonly retain: boolean;
}

/** Ends the name of the state machine. */
const machine = 'escalate';
/** `senderMsMax` of the outbox is a minute more. */
const timeoutSeconds = 300;
/** Should an event be lost, or an execution be stopped. */
const sweepMinutes = 5;

/** Alarm -> EventBridge -> incident -> people, until one of them answers. */
export class Escalation extends Construct {
  readonly incidents: LoggedFunction<IncidentsEnvironment>;
  readonly acknowledge: LoggedFunction<AcknowledgeEnvironment>;
  readonly machine: Machine;
  /** Where the runbook is: one's own, or the page that is served beside the links of messages. */
  readonly runbook: string;

  constructor(scope: Construct, id: string, props: EscalationProps) {
    super(scope, id);
    const { settings, access, retain } = props;
    const contacts = new ContactTopics(this, 'Contacts', settings);
    const { stackName: stack } = Stack.of(this);
    const deployment = { stack, stage: props.stage, escalation: settings, alarms: props.alarms };
    this.acknowledge = this.#acknowledging(props, deployment);
    // It is open to everyone: what it takes is signed.
    const { url } = this.acknowledge.function.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    this.runbook = settings.runbook ?? `${url}runbook`;
    this.incidents = this.#incidents(props, deployment, contacts, url);
    const { function: fn } = this.incidents;
    this.machine = new Machine(this, 'Escalate', {
      ...{ name: machine, comment: 'Tells people of an incident until one of them answers', retain },
      role: escalateRole(this, access, fn.functionArn),
      definition: (states) => escalateDefinition(states, fn),
    });
    this.#take(props.data);
    const alarm = props.alarms.find(isOnEscalation);
    if (alarm !== undefined && escalationPlan(settings, alarm.severity).contacts.length > 0) {
      new Distress(this, 'Distress', { alarm, deployment, contacts, runbook: this.runbook, access, retain });
    }
  }

  #incidents(
    { control, data, access, retain }: EscalationProps,
    deployment: IncidentsDeployment,
    contacts: ContactTopics,
    acknowledgeUrl: string,
  ): LoggedFunction<IncidentsEnvironment> {
    return new LoggedFunction<IncidentsEnvironment>(this, 'Incidents', {
      description: 'Makes incidents of alarms, and tells people of them',
      withCode: (use) => withStageCode('incidents', use, { 'incidents.json': deployment }),
      access,
      settings: calledSettings({ memoryMb: 512, timeoutSeconds }),
      environment: {
        CONTROL_TABLE: control.table.tableName,
        ESCALATE_MACHINE: machineArn(this, 'stateMachine', machine),
        CONTACT_TOPIC_PREFIX: contacts.prefix,
        ACKNOWLEDGE_URL: acknowledgeUrl,
        RUNBOOK_URL: this.runbook,
      },
      statements: (role) => [
        control.escalating(),
        ...contacts.publishing(),
        ...this.#escalating(role),
        lookingAtAlarms(role),
        ...data.keepingFailures(role),
      ],
      retain,
    });
  }

  /** Asks for confirmation, serves the runbook, and tells operators' tools what is deployed. */
  #acknowledging(
    { control, access, retain }: EscalationProps,
    deployment: IncidentsDeployment,
  ): LoggedFunction<AcknowledgeEnvironment> {
    return new LoggedFunction<AcknowledgeEnvironment>(this, 'Acknowledge', {
      description: 'Acknowledges incidents by the links of messages',
      withCode: (use) => withStageCode('acknowledge', use, { 'incidents.json': deployment }, ['runbook.html']),
      access,
      settings: calledSettings({ memoryMb: 256, timeoutSeconds: 30 }),
      environment: { CONTROL_TABLE: control.table.tableName },
      statements: () => [control.acknowledging(), this.#waking()],
      retain,
    });
  }

  /** Executions are started, asked for and woken. `role` is the scope that holds it. */
  #escalating(role: Construct): PolicyStatement[] {
    acknowledgeWildcard(
      role,
      `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${Stack.of(this).stackName}-${machine}:*`,
      'Each incident is an execution of its own.',
    );
    return [
      new PolicyStatement({
        sid: 'StartEscalations',
        actions: ['states:ListExecutions', 'states:StartExecution'],
        resources: [machineArn(this, 'stateMachine', machine)],
      }),
      new PolicyStatement({
        sid: 'LookAtEscalations',
        actions: ['states:DescribeExecution'],
        resources: [machineArn(this, 'execution', machine, ':*')],
      }),
      this.#waking(),
    ];
  }

  #waking(): PolicyStatement {
    return new PolicyStatement({
      sid: 'WakeEscalations',
      actions: ['states:SendTaskSuccess'],
      resources: [machineArn(this, 'stateMachine', machine)],
    });
  }

  /** An event that cannot be handled is tried again for six hours, and then kept in the data bucket. */
  #take(data: DataBucket): void {
    const { function: fn } = this.incidents;
    new CfnEventInvokeConfig(this, 'Events', {
      functionName: fn.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 6 * 60 * 60,
      destinationConfig: { onFailure: { destination: data.bucket.bucketArn } },
    });
    new Rule(this, 'Changed', {
      description: 'An alarm of the stack has turned on or off',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { alarmName: [{ prefix: alarmNamePrefix(this) }] },
      },
      targets: [new FunctionTarget(fn)],
    });
    new Rule(this, 'Sweep', {
      description: 'Should an event be lost, or an escalation be stopped',
      schedule: Schedule.rate(Duration.minutes(sweepMinutes)),
      targets: [new FunctionTarget(fn, { event: RuleTargetInput.fromObject({ op: 'sweep' }) })],
    });
  }
}

/** Figures for messages, and when an alarm was changed last. `role` is the scope that holds it. */
function lookingAtAlarms(role: Construct): PolicyStatement {
  acknowledgeWildcard(role, '*', 'Metrics have no ARN, and alarms are described by their names.');
  return new PolicyStatement({
    sid: 'LookAtAlarms',
    actions: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'],
    resources: ['*'],
  });
}
