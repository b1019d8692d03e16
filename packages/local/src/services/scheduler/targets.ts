import { type AsynchronousInvocations, asynchronousBytesMax } from '../../lambda/asynchronous.ts';
import type { LambdaHost } from '../../lambda/host.ts';
import type { Dispatch } from '../../sources/destination.ts';
import type { SendOutcome } from '../events/retries.ts';
import { type CallOutcome, callJson, callStartExecution, isThrottling } from '../events/target-call.ts';
import { evaluate } from '../iam/evaluate.ts';
import type { Roles } from '../iam/roles.ts';
import { contextOfAll } from '../iam/statement.ts';
import type { ScheduleTarget } from './schedule-definition.ts';
import { universalCall } from './universal.ts';

export interface ScheduleTargetsOptions {
  readonly host: Pick<LambdaHost, 'definitions'>;
  readonly asynchronous: Pick<AsynchronousInvocations, 'add'>;
  readonly roles: Roles;
  readonly account: string;
  /** Reaches Step Functions and SQS. */
  readonly dispatch: Dispatch;
  /** Whether the template has any: without one there is no SQS. */
  readonly hasQueues: () => boolean;
}

/** Whom a schedule's role must trust. */
export const schedulerPrincipal = 'scheduler.amazonaws.com';

/** Invokes a target with an input, once. */
export type InvokeTarget = (target: ScheduleTarget, input: string) => Promise<SendOutcome>;

/** Functions, state machines and queues are invoked as far as the target's role may. */
export function invokeTargets(options: ScheduleTargetsOptions): InvokeTarget {
  return async (target, input) => {
    const { action, resource } = needed(target, input);
    const refusal = whyForbidden(target.roleArn, action, resource, options);
    if (refusal !== undefined) return refused('AccessDeniedException', refusal);
    switch (target.kind) {
      case 'function':
        return invokeFunction(target, input, options);
      case 'state machine':
        return outcomeOf(await callStartExecution({ stateMachineArn: target.arn, input }, options.dispatch));
      case 'universal':
        return outcomeOf(await callStartExecution(universalCall(input), options.dispatch));
      case 'queue':
        if (!options.hasQueues()) return refused('QueueDoesNotExist', `The template has no queue: ${target.arn}`);
        return outcomeOf(await sendMessage(target, input, options.dispatch));
    }
  };
}

/** Why the role does not let Scheduler do this; undefined where it does. */
export function whyForbidden(
  roleArn: string,
  action: string,
  resource: string,
  { roles, account }: Pick<ScheduleTargetsOptions, 'roles' | 'account'>,
): string | undefined {
  const role = roles.find(roleArn);
  const access = { action, resource, context: contextOfAll(account) };
  if (role !== undefined && evaluate(role.statements, access) === 'allowed') return undefined;
  const user = `arn:aws:sts::${account}:assumed-role/${role?.roleName ?? 'none'}/scheduler`;
  return `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
}

function needed({ kind, arn }: ScheduleTarget, input: string) {
  switch (kind) {
    case 'function':
      return { action: 'lambda:InvokeFunction', resource: arn };
    case 'state machine':
      return { action: 'states:StartExecution', resource: arn };
    case 'universal':
      return { action: 'states:StartExecution', resource: universalCall(input).stateMachineArn };
    case 'queue':
      return { action: 'sqs:SendMessage', resource: arn };
  }
}

/** Lambda takes the event into its queue: what becomes of the invocation is Lambda's affair. */
function invokeFunction(
  { arn }: ScheduleTarget,
  input: string,
  { host, asynchronous }: ScheduleTargetsOptions,
): SendOutcome {
  const functionName = arn.split(':').at(-1) ?? '';
  if (!host.definitions.some((each) => each.functionName === functionName))
    return refused('ResourceNotFoundException', `Function not found: ${arn}`);
  const event = Buffer.from(input);
  if (event.length > asynchronousBytesMax)
    return refused('RequestTooLargeException', `${event.length} bytes are more than ${asynchronousBytesMax}`);
  asynchronous.add(functionName, event);
  return { ok: true };
}

function sendMessage({ arn, messageGroupId }: ScheduleTarget, input: string, dispatch: Dispatch): Promise<CallOutcome> {
  const [, , , region = '', account = '', queueName = ''] = arn.split(':');
  const QueueUrl = `https://sqs.${region}.amazonaws.com/${account}/${queueName}`;
  const message = { QueueUrl, MessageBody: input, MessageGroupId: messageGroupId };
  return callJson({ service: 'sqs', target: 'AmazonSQS.SendMessage', region, input: message }, dispatch);
}

function outcomeOf(outcome: CallOutcome): SendOutcome {
  if (outcome.ok) return outcome;
  const { status, code, message } = outcome;
  return { ok: false, canRetry: status >= 500 || isThrottling(code), code, message };
}

function refused(code: string, message: string): SendOutcome {
  return { ok: false, canRetry: false, code, message };
}
