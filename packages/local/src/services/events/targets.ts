import { randomUUID } from 'node:crypto';
import { type AsynchronousInvocations, asynchronousBytesMax } from '../../lambda/asynchronous.ts';
import type { LambdaHost } from '../../lambda/host.ts';
import type { Permissions } from '../../lambda/permissions.ts';
import type { Dispatch } from '../../sources/destination.ts';
import { evaluate } from '../iam/evaluate.ts';
import type { Roles } from '../iam/roles.ts';
import { contextOfAll } from '../iam/statement.ts';
import type { DeliveryOrigin, Send } from './delivery.ts';
import type { SendOutcome } from './retries.ts';
import type { RuleTarget } from './rule.ts';
import { type CallFailure, callStartExecution, isThrottling } from './target-call.ts';

export interface TargetsOptions {
  readonly host: LambdaHost;
  readonly asynchronous: AsynchronousInvocations;
  readonly permissions: Permissions;
  readonly roles: Roles;
  readonly account: string;
  /** Reaches Step Functions. */
  readonly dispatch: Dispatch;
}

/** Whose principal asks for permissions. */
export const eventsPrincipal = 'events.amazonaws.com';

/** What a rule's target may be: a function or a state machine. */
export const targetArnPattern = /^arn:[^:]+:(?:lambda:[^:]+:\d+:function:[\w-]+|states:[^:]+:\d+:stateMachine:[^:]+)$/;

/** Hands events to functions and state machines, where the rule may. */
export function sendToTargets(options: TargetsOptions): Send {
  return async (target, input, origin) =>
    target.arn.split(':')[2] === 'lambda'
      ? invoke(target, input, origin, options)
      : startExecution(target, input, origin, options);
}

/** Lambda takes the event into its queue: what becomes of the invocation is Lambda's affair. */
function invoke(
  { arn }: RuleTarget,
  input: string,
  { ruleArn }: DeliveryOrigin,
  { host, permissions, asynchronous }: TargetsOptions,
): SendOutcome {
  const functionName = arn.split(':').at(-1) ?? '';
  if (!host.definitions.some((each) => each.functionName === functionName)) {
    return failed('NO_RESOURCE', `Function not found: ${arn}`);
  }
  if (!permissions.allows({ functionName, principal: eventsPrincipal, sourceArn: ruleArn })) {
    return failed('NO_PERMISSIONS', `No permission lets ${eventsPrincipal} invoke ${functionName} for ${ruleArn}`);
  }
  const event = Buffer.from(input);
  if (event.length > asynchronousBytesMax) {
    return failed('INVALID_PARAMETER', `${event.length} bytes are more than ${asynchronousBytesMax}`);
  }
  asynchronous.add(functionName, event);
  return { ok: true };
}

async function startExecution(
  { arn, roleArn = '' }: RuleTarget,
  input: string,
  { eventId }: DeliveryOrigin,
  { roles, account, dispatch }: TargetsOptions,
): Promise<SendOutcome> {
  const role = roles.find(roleArn);
  if (!role?.services.includes(eventsPrincipal)) {
    return failed('FAILED_TO_ASSUME_ROLE', `${eventsPrincipal} cannot assume the role ${roleArn}`);
  }
  const access = { action: 'states:StartExecution', resource: arn, context: contextOfAll(account) };
  if (evaluate(role.statements, access) !== 'allowed') {
    return failed('NO_PERMISSIONS', `The role ${roleArn} does not allow states:StartExecution on ${arn}`);
  }
  const answer = await callStartExecution(
    { stateMachineArn: arn, input, name: `${eventId}_${randomUUID()}` },
    dispatch,
  );
  return answer.ok ? answer : startFailure(answer);
}

function startFailure({ status, code, message }: CallFailure): SendOutcome {
  if (code === 'StateMachineDoesNotExist') return failed('NO_RESOURCE', message);
  if (isThrottling(code)) return failed('THROTTLING', message, true);
  return status >= 500 ? failed('INTERNAL_ERROR', message, true) : failed('ERROR_FROM_TARGET', message);
}

function failed(code: string, message: string, canRetry = false): SendOutcome {
  return { ok: false, canRetry, code, message };
}
