import type { Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  type CfnStateMachine,
  DefinitionBody,
  type IChainable,
  LogLevel,
  QueryLanguage,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../access/wildcard.ts';
import { machineArn, machineName } from './machine-role.ts';

export interface MachineProps {
  /** Ends the machine's name: `Tidemark-prod-replay`. */
  readonly name: string;
  readonly comment: string;
  readonly role: Role;
  /** Makes the states in the scope that it gets. */
  readonly definition: (scope: Construct) => IChainable;
  readonly retain: boolean;
}

/** A state machine with a log of its own. */
export class Machine extends Construct {
  readonly machine: StateMachine;
  readonly arn: string;
  readonly #name: string;

  constructor(scope: Construct, id: string, { name, comment, role, definition, retain }: MachineProps) {
    super(scope, id);
    this.#name = name;
    this.arn = machineArn(this, 'stateMachine', name);
    const stateMachineName = machineName(this, name);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName,
      comment,
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(definition(this)),
      role: role.withoutPolicyUpdates(),
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
    });
    // The CDK writes the rights of distributed maps down a second time, for a role that takes none; cdk-nag reads them there.
    const logicalId = Stack.of(this).getLogicalId(this.machine.node.defaultChild as CfnStateMachine);
    const reference = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${logicalId}"}]}]}`;
    for (const each of [`${reference}:*`, `${reference}/*:*`]) {
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
    acknowledgeWildcard(
      scope,
      `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${machineName(this, this.#name)}:*`,
      'Each run is an execution of its own.',
    );
    return machineArn(this, 'execution', this.#name, ':*');
  }
}
