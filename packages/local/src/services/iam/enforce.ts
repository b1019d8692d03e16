import { type Call, type Caller, callerName, type Interceptor } from '../../gateway/intercept.ts';
import type { AwsResponse } from '../../gateway/service.ts';
import { failureResponse } from '../../wire/failure.ts';
import { accessesOf } from './access.ts';
import { evaluate } from './evaluate.ts';
import type { Place } from './place.ts';
import type { Roles } from './roles.ts';
import { contextOfAll } from './statement.ts';

export interface EnforceOptions {
  readonly roles: Roles;
  readonly place: Place;
  /** The ARN of the function's execution role. */
  readonly roleOf: (functionName: string) => string | undefined;
}

/**
 * Lets functions, state machines and pipes do what their roles allow and nothing else, as AWS does: a template whose roles
 * lack something fails here too. Everyone else on this machine is the account's owner.
 */
export function enforceRoles({ roles, place, roleOf }: EnforceOptions): Interceptor {
  return async (call, proceed) => {
    if (!hasRole(call.caller)) return proceed();
    const { functionName, principal } = call.caller;
    const common = contextOfAll(place.account);
    const role = roles.find(principal?.roleArn ?? roleOf(functionName ?? '') ?? '');
    for (const access of accessesOf(call.request, place)) {
      const decision =
        role === undefined
          ? 'not allowed'
          : evaluate(role.statements, { ...access, context: { ...common, ...access.context } });
      if (decision === 'allowed') continue;
      const because =
        decision === 'explicitly denied'
          ? 'with an explicit deny in an identity-based policy'
          : `because no identity-based policy allows the ${access.action} action`;
      const user = `arn:aws:sts::${place.account}:assumed-role/${role?.roleName ?? 'none'}/${callerName(call.caller)}`;
      return denied(
        call,
        `User: ${user} is not authorized to perform: ${access.action} on resource: ${access.resource} ${because}`,
      );
    }
    return proceed();
  };
}

function hasRole({ functionName, principal }: Caller): boolean {
  return functionName !== undefined || principal !== undefined;
}

function denied({ request }: Call, message: string): AwsResponse {
  switch (request.service) {
    case 's3':
      return failureResponse(request, { code: 'AccessDenied', message, status: 403 });
    case 'dynamodb':
      return failureResponse(request, { code: 'com.amazon.coral.service#AccessDeniedException', message });
    case 'lambda':
    case 'pipes':
    case 'scheduler':
      return failureResponse(request, { code: 'AccessDeniedException', message, status: 403 });
    default:
      return failureResponse(request, { code: 'AccessDeniedException', queryCode: 'AccessDenied', message });
  }
}
