import type { AccessSettings } from '@tidemark/core/config';
import { PolicyDocument, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { machineRole } from '../access/role.ts';
import { acknowledgeWildcard } from '../access/wildcard.ts';
import { delivery } from '../workflows/machine-role.ts';

/** The role of the state machine that escalates: it calls one function. */
export function escalateRole(scope: Construct, access: AccessSettings, incidentsArn: string): Role {
  const call = new PolicyStatement({
    sid: 'CallIncidents',
    actions: ['lambda:InvokeFunction'],
    resources: [incidentsArn],
  });
  const role = machineRole(scope, access, new PolicyDocument({ statements: [call, delivery()] }));
  acknowledgeWildcard(role, '*', 'Deliveries of logs have no resources that a policy could name.');
  return role;
}
