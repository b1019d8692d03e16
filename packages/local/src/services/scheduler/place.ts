/** Where schedules are. */
export interface SchedulePlace {
  readonly region: string;
  readonly account: string;
}

/** The group of a schedule that names none; it is always there. */
export const groupNameDefault = 'default';

export function scheduleArn({ region, account }: SchedulePlace, groupName: string, name: string): string {
  return `arn:aws:scheduler:${region}:${account}:schedule/${groupName}/${name}`;
}

export function scheduleGroupArn({ region, account }: SchedulePlace, name: string): string {
  return `arn:aws:scheduler:${region}:${account}:schedule-group/${name}`;
}

/** Of a schedule, of a group. */
export function isScheduleName(name: unknown): name is string {
  return typeof name === 'string' && /^[0-9a-zA-Z\-_.]{1,64}$/.test(name);
}
