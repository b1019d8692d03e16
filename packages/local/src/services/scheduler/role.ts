import type { Roles } from '../iam/roles.ts';
import type { ScheduleDefinition } from './schedule-definition.ts';
import { schedulerPrincipal } from './targets.ts';

/** Why Scheduler does not take the schedule's role; undefined where it does. What the role may do is asked at every invocation. */
export function whyNotAssumed({ target }: ScheduleDefinition, roles: Roles): string | undefined {
  if (roles.find(target.roleArn)?.services.includes(schedulerPrincipal)) return undefined;
  return `The execution role you provide must allow AWS EventBridge Scheduler to assume the role (${target.roleArn})`;
}
