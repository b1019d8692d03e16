import type { ScheduleGroup } from './groups.ts';
import type { Schedule } from './schedules.ts';

/** A schedule as `GetSchedule` shows it: with the defaults of what was not given. Times are seconds since the epoch. */
export function describeSchedule(schedule: Schedule): object {
  const { definition } = schedule;
  const { target, windowMinutes } = definition;
  return {
    ...identityOf(schedule),
    Description: definition.description,
    ScheduleExpression: definition.expression,
    ScheduleExpressionTimezone: definition.timezone,
    StartDate: seconds(definition.startMs),
    EndDate: seconds(definition.endMs),
    FlexibleTimeWindow:
      windowMinutes === 0 ? { Mode: 'OFF' } : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: windowMinutes },
    ActionAfterCompletion: definition.deletesItself ? 'DELETE' : 'NONE',
    KmsKeyArn: definition.kmsKeyArn,
    Target: {
      ...{ Arn: target.arn, RoleArn: target.roleArn, Input: target.input },
      RetryPolicy: {
        MaximumEventAgeInSeconds: target.retryPolicy.maximumEventAgeInSeconds,
        MaximumRetryAttempts: target.retryPolicy.maximumRetryAttempts,
      },
      DeadLetterConfig: target.deadLetterArn === undefined ? undefined : { Arn: target.deadLetterArn },
      SqsParameters: target.messageGroupId === undefined ? undefined : { MessageGroupId: target.messageGroupId },
    },
  };
}

/** The same as `ListSchedules` shows it. */
export function summaryOf(schedule: Schedule): object {
  return { ...identityOf(schedule), Target: { Arn: schedule.definition.target.arn } };
}

/** A group as `GetScheduleGroup` and `ListScheduleGroups` show it. */
export function describeGroup({ name, arn, createdMs }: ScheduleGroup): object {
  const createdSeconds = seconds(createdMs);
  return { Name: name, Arn: arn, State: 'ACTIVE', CreationDate: createdSeconds, LastModificationDate: createdSeconds };
}

function identityOf({ definition, createdMs, modifiedMs }: Schedule): object {
  const { name, groupName, arn, isEnabled } = definition;
  return {
    ...{ Name: name, GroupName: groupName, Arn: arn, State: isEnabled ? 'ENABLED' : 'DISABLED' },
    ...{ CreationDate: seconds(createdMs), LastModificationDate: seconds(modifiedMs) },
  };
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000;
}
