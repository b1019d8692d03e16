import { randomUUID } from 'node:crypto';
import { timeText } from '../events/event.ts';
import type { SchedulePlace } from './place.ts';
import type { ScheduleDefinition } from './schedule-definition.ts';

/** One attempt to invoke a target. */
export interface AttemptContext {
  /** When the target was to be invoked, engine time; in a flexible window the time that it begins with. */
  readonly scheduledMs: number;
  /** 16 hexadecimal digits, others for every attempt. */
  readonly executionId: string;
  /** 1 at first. */
  readonly attemptNumber: number;
}

/** What the target is given: the schedule's input with the context attributes filled in, or an event of Scheduler's own. */
export function inputOf(
  { arn, target }: Pick<ScheduleDefinition, 'arn' | 'target'>,
  { scheduledMs, executionId, attemptNumber }: AttemptContext,
  { region, account }: SchedulePlace,
): string {
  const time = timeText(scheduledMs);
  if (target.input === undefined) {
    return JSON.stringify({
      ...{ version: '0', id: randomUUID(), 'detail-type': 'Scheduled Event', source: 'aws.scheduler', account, time },
      ...{ region, resources: [arn], detail: '{}' },
    });
  }
  return target.input
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', time)
    .replaceAll('<aws.scheduler.execution-id>', executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(attemptNumber));
}
