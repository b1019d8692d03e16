import type { AccessSettings } from '@tidemark/core/config';
import { PolicyDocument, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { ArnFormat, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { machineRole } from '../access/role.ts';
import { acknowledgeWildcard } from '../access/wildcard.ts';

export interface MachineRoleProps {
  /** What the names of the machines end with. */
  readonly machines: readonly string[];
  readonly access: AccessSettings;
  /** What the states do themselves; children and logs are added. */
  readonly statements: readonly PolicyStatement[];
}

/** `Tidemark-prod-replay` */
export function machineName(scope: Construct, name: string): string {
  return `${Stack.of(scope).stackName}-${name}`;
}

/** By its name, since a role is made before the machine that it lets start children. `rest` follows the name. */
export function machineArn(scope: Construct, resource: 'execution' | 'stateMachine', name: string, rest = ''): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource,
    resourceName: `${machineName(scope, name)}${rest}`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** The role of state machines whose states do the same. It holds exactly what is listed. */
export function roleOfMachines(scope: Construct, { machines, access, statements }: MachineRoleProps): Role {
  const children = new PolicyStatement({
    sid: 'RunChildren',
    actions: ['states:StartExecution', 'states:DescribeExecution', 'states:StopExecution'],
    resources: machines.flatMap((name) => [
      machineArn(scope, 'stateMachine', name),
      machineArn(scope, 'execution', name, '*'),
    ]),
  });
  const policy = new PolicyDocument({ minimize: true, statements: [...statements, children, delivery()] });
  const role = machineRole(scope, access, policy);
  acknowledgeWildcard(role, '*', 'Deliveries of logs have no resources that a policy could name.');
  for (const name of machines) {
    acknowledgeWildcard(
      role,
      `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${machineName(scope, name)}*`,
      'The children of a distributed map are executions of their own.',
    );
  }
  return role;
}

/** What Step Functions needs to write to a log group that is not its own. */
export function delivery(): PolicyStatement {
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
