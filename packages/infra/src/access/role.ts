import type { AccessSettings } from '@tidemark/core/config';
import {
  ArnPrincipal,
  CompositePrincipal,
  type IPrincipal,
  ManagedPolicy,
  type PolicyDocument,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** The role of a function. Its policy is part of it, so that no function ever runs, and no mapping is made, without it. */
export function lambdaRole(scope: Construct, access: AccessSettings, policy: PolicyDocument): Role {
  return role(scope, 'Role', access, new ServicePrincipal('lambda.amazonaws.com'), policy);
}

/** The role of the pipes of a source. */
export function pipeRole(scope: Construct, access: AccessSettings, policy: PolicyDocument): Role {
  return role(scope, 'PipeRole', access, new ServicePrincipal('pipes.amazonaws.com'), policy);
}

/** The role of a state machine. What it may do is written down here and nowhere else. */
export function machineRole(scope: Construct, access: AccessSettings, policy: PolicyDocument): Role {
  return role(scope, 'Role', access, new ServicePrincipal('states.amazonaws.com'), policy);
}

/**
 * The role of a schedule. Scheduler acts for whoever made a schedule: only those of this account, in the group that holds ours, may use it.
 */
export function scheduleRole(scope: Construct, access: AccessSettings, policy: PolicyDocument): Role {
  const stack = Stack.of(scope);
  const group = stack.formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: 'default' });
  const conditions = { StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': group } };
  return role(scope, 'Role', access, new ServicePrincipal('scheduler.amazonaws.com', { conditions }), policy);
}

/** A role that the given principals may assume; an account among them lets its own administrators decide who. */
export function assumableRole(
  scope: Construct,
  id: string,
  access: AccessSettings,
  principalArns: readonly string[],
  policy: PolicyDocument,
): Role {
  const principals = principalArns.map((arn) => new ArnPrincipal(arn));
  return role(scope, id, access, new CompositePrincipal(...principals), policy);
}

function role(
  scope: Construct,
  id: string,
  access: AccessSettings,
  assumedBy: IPrincipal,
  policy: PolicyDocument,
): Role {
  const { permissionsBoundary, rolePath } = access;
  return new Role(scope, id, {
    assumedBy,
    inlinePolicies: { Tidemark: policy },
    ...(rolePath === undefined ? {} : { path: rolePath }),
    ...(permissionsBoundary === undefined
      ? {}
      : { permissionsBoundary: ManagedPolicy.fromManagedPolicyArn(scope, `${id}Boundary`, permissionsBoundary) }),
  });
}
