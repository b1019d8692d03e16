import type { LambdaHost } from '../lambda/host.ts';
import { evaluate } from '../services/iam/evaluate.ts';
import type { Roles } from '../services/iam/roles.ts';
import { contextOfAll } from '../services/iam/statement.ts';
import { destinationAccess, streamAccess } from '../services/iam/stream-access.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { ResourceType } from '../template/resource-type.ts';

/** Creates a mapping only where the function's role lets Lambda read the stream and leave what it gives up, as Lambda checks it. */
export function withAccessCheck(type: ResourceType, host: LambdaHost, roles: Roles, account: string): ResourceType {
  return {
    members: type.members,
    create(request) {
      const { FunctionName, EventSourceArn, DestinationConfig } = request.properties;
      const { role: roleArn } = host.definition(String(FunctionName).split(':').at(-1) ?? '');
      const statements = roles.find(roleArn)?.statements ?? [];
      const context = contextOfAll(account);
      const needed = [...streamAccess(String(EventSourceArn)), ...destinationAccess(destinationOf(DestinationConfig))];
      const refused = needed
        .filter(({ action, resource }) => evaluate(statements, { action, resource, context }) !== 'allowed')
        .map(
          ({ action, resource }) =>
            `${request.logicalId}: the function's role ${roleArn} does not allow ${action} on ${resource}`,
        );
      if (refused.length > 0) throw new TemplateRefused(refused);
      return type.create(request);
    },
  };
}

function destinationOf(config: unknown): string | undefined {
  return (config as { readonly OnFailure?: { readonly Destination?: string } } | undefined)?.OnFailure?.Destination;
}
