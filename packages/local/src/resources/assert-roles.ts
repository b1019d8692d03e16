import type { FunctionDefinition } from '../lambda/definition.ts';
import type { Roles } from '../services/iam/roles.ts';
import { TemplateRefused } from '../template/refusal.ts';

/** Refuses functions whose role the template does not hold or Lambda may not assume, as Lambda does. */
export function assertRoles(definitions: readonly FunctionDefinition[], roles: Roles): void {
  const refused = definitions.flatMap(({ functionName, role: roleArn }) => {
    const role = roles.find(roleArn);
    if (role === undefined) return [`${functionName}: its role ${roleArn} is not in the template`];
    if (role.services.includes('lambda.amazonaws.com')) return [];
    return [`${functionName}: the role defined for the function cannot be assumed by Lambda (${roleArn})`];
  });
  if (refused.length > 0) throw new TemplateRefused(refused);
}
