import { managedPolicyArns, managedStatements } from '../services/iam/managed-policies.ts';
import type { Roles } from '../services/iam/roles.ts';
import { policyRefusals, readStatements } from '../services/iam/statement.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { checked, listOf, object, only, used, withoutEffect } from '../template/shape.ts';

const roleNameCharactersMax = 64;

/** `AWS::IAM::Role`: what its policies allow is what functions may do. */
export function roleType(roles: Roles, account: string): ResourceType {
  return {
    members: {
      RoleName: used,
      Path: used,
      Description: withoutEffect('nothing reads it'),
      AssumeRolePolicyDocument: used,
      Policies: listOf(object({ PolicyName: used, PolicyDocument: checked(policyRefusals) })),
      ManagedPolicyArns: listOf(checked(managedRefusals)),
      PermissionsBoundary: withoutEffect('the boundary is a policy outside the template'),
      MaxSessionDuration: withoutEffect('sessions do not end'),
      Tags: withoutEffect('nothing reads them'),
    },
    async create({ properties, generatedName }) {
      const roleName =
        typeof properties.RoleName === 'string' ? properties.RoleName : generatedName(roleNameCharactersMax);
      const roleArn = `arn:aws:iam::${account}:role${String(properties.Path ?? '/')}${roleName}`;
      const inline = ((properties.Policies ?? []) as readonly { readonly PolicyDocument: unknown }[]).flatMap(
        (policy) => readStatements(policy.PolicyDocument),
      );
      const managed = ((properties.ManagedPolicyArns ?? []) as readonly string[]).flatMap(
        (arn) => managedStatements(arn) ?? [],
      );
      roles.add({ roleName, roleArn, services: servicesOf(properties.AssumeRolePolicyDocument) }, [
        ...inline,
        ...managed,
      ]);
      return { physicalId: roleName, attributes: { Arn: roleArn, RoleId: `AROA${roleName.slice(-12).toUpperCase()}` } };
    },
  };
}

/** `AWS::IAM::Policy`: more statements for roles of the template. */
export function policyType(roles: Roles): ResourceType {
  return {
    members: {
      PolicyName: used,
      PolicyDocument: checked(policyRefusals),
      Roles: used,
      Users: only([[]], 'there are no users'),
      Groups: only([[]], 'there are no groups'),
    },
    async create({ logicalId, properties }) {
      const statements = readStatements(properties.PolicyDocument);
      for (const roleName of (properties.Roles ?? []) as readonly string[]) {
        if (!roles.attach(roleName, statements)) {
          throw new TemplateRefused([`${logicalId}.Roles: the template has no role ${roleName}`]);
        }
      }
      return { physicalId: String(properties.PolicyName), attributes: {} };
    },
  };
}

/** The services among the principals of a trust policy. */
function servicesOf(document: unknown): readonly string[] {
  const { Statement } = (document ?? {}) as { readonly Statement?: unknown };
  return [Statement ?? []].flat().flatMap((statement) => {
    const { Effect, Principal } = statement as {
      readonly Effect?: string;
      readonly Principal?: { readonly Service?: unknown };
    };
    return Effect === 'Allow' ? [Principal?.Service ?? []].flat().map(String) : [];
  });
}

function managedRefusals(policyArn: unknown, path: string): readonly string[] {
  // The partition stands in the ARN as a reference, which is resolved later.
  if (typeof policyArn !== 'string' || managedStatements(policyArn) !== undefined) return [];
  return [`${path}: the managed policy ${policyArn} is not known; known are ${managedPolicyArns.join(', ')}`];
}
