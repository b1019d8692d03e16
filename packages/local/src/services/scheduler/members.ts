import { type Members, object, used, withoutEffect } from '../../template/shape.ts';

const target: Members = {
  Arn: used,
  RoleArn: used,
  Input: used,
  RetryPolicy: object({ MaximumEventAgeInSeconds: used, MaximumRetryAttempts: used }),
  DeadLetterConfig: object({ Arn: used }),
  SqsParameters: object({ MessageGroupId: used }),
};

/** Everything that the template's resource may say; what is not named is refused. */
export const scheduleMembers: Members = {
  Name: used,
  GroupName: used,
  Description: used,
  ScheduleExpression: used,
  ScheduleExpressionTimezone: used,
  StartDate: used,
  EndDate: used,
  State: used,
  FlexibleTimeWindow: object({ Mode: used, MaximumWindowInMinutes: used }),
  Target: object(target),
  KmsKeyArn: withoutEffect('nothing is encrypted'),
};

/** The same of `CreateSchedule` and `UpdateSchedule`. */
export const scheduleInputMembers: Members = { ...scheduleMembers, ActionAfterCompletion: used, ClientToken: used };

/** Of a group, in templates and in `CreateScheduleGroup`. */
export const groupMembers: Members = { Name: used, Tags: withoutEffect('nothing reads them') };
export const groupInputMembers: Members = { ...groupMembers, ClientToken: used };
