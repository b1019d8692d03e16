import type { AccessSettings } from '@tidemark/core/config';
import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  type CfnStateMachine,
  DefinitionBody,
  type IChainable,
  LogLevel,
  QueryLanguage,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { ArnFormat, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { machineRole } from '../access/role.ts';
import { acknowledgeWildcard } from '../access/wildcard.ts';

export interface MachineProps {
  /** Ends the machine's name: `Tidemark-prod-replay`. */
  readonly name: string;
  readonly comment: string;
  readonly access: AccessSettings;
  /** What the states do. `scope` holds the role. */
  readonly statements: (scope: Construct) => PolicyStatement[];
  /** Makes the states in the scope that it gets. */
  readonly definition: (scope: Construct) => IChainable;
  readonly retain: boolean;
}

/** A state machine with a log of its own, and a role that holds exactly what is listed. */
export class Machine extends Construct {
  readonly machine: StateMachine;
  readonly arn: string;
  readonly #executions: string;

  constructor(scope: Construct, id: string, props: MachineProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const stateMachineName = `${stack.stackName}-${props.name}`;
    // By its name, since the role is made before the machine that it lets start children.
    const of = (resource: string, rest: string) =>
      stack.formatArn({
        service: 'states',
        resource,
        resourceName: `${stateMachineName}${rest}`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    this.arn = of('stateMachine', '');
    this.#executions = of('execution', ':*');
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const children = new PolicyStatement({
      sid: 'RunChildren',
      actions: ['states:StartExecution', 'states:DescribeExecution', 'states:StopExecution'],
      resources: [this.arn, of('execution', '*')],
    });
    const role = machineRole(
      this,
      props.access,
      new PolicyDocument({ minimize: true, statements: [...props.statements(this), children, delivery()] }),
    );
    acknowledgeWildcard(role, '*', 'Deliveries of logs have no resources that a policy could name.');
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName,
      comment: props.comment,
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(props.definition(this)),
      role: role.withoutPolicyUpdates(),
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
    });
    // The CDK writes the rights of distributed maps down a second time, for a role that takes none; cdk-nag reads them there.
    const name = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${stack.getLogicalId(this.machine.node.defaultChild as CfnStateMachine)}"}]}]}`;
    for (const each of [`${stateMachineName}*`, `${name}:*`, `${name}/*:*`]) {
      acknowledgeWildcard(
        this,
        `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${each}`,
        'The children of a distributed map are executions of their own.',
      );
    }
    Validations.of(this.machine).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SF2',
      reason: 'A run takes hours and waits most of them: its history and its item tell what a trace would.',
    });
  }

  /** The ARN of all its executions. `scope` holds the role that gets it. */
  executionsFor(scope: Construct): string {
    const { stackName } = Stack.of(this);
    const name = this.#executions.slice(this.#executions.lastIndexOf(stackName));
    acknowledgeWildcard(
      scope,
      `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${name}`,
      'Each run is an execution of its own.',
    );
    return this.#executions;
  }
}

/** What Step Functions needs to write to a log group that is not its own. */
function delivery(): PolicyStatement {
  return new PolicyStatement({
    sid: 'DeliverLogs',
    actions: [
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
    ],
    resources: ['*'],
  });
}
