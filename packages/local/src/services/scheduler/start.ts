import type { Clock } from '../../clock.ts';
import type { ScheduleRow } from '../../meter/meter.ts';
import type { Shutdown } from '../../shutdown.ts';
import type { Services } from '../services.ts';
import { type ScheduleDeadLetter, sendScheduleDeadLetter } from './dead-letter.ts';
import type { Invoke } from './invocation.ts';
import { Schedules } from './schedules.ts';
import { schedulerService } from './service.ts';
import { invokeTargets, type ScheduleTargetsOptions, whyForbidden } from './targets.ts';

export interface ScheduleFailure {
  readonly scheduleName: string;
  readonly groupName: string;
  readonly targetArn: string;
  /** `AccessDeniedException` */
  readonly code: string;
  readonly message: string;
  /** Whether the schedule's dead-letter queue has it now; otherwise the invocation is lost. */
  readonly isKept: boolean;
}

export interface SchedulerOptions extends Omit<ScheduleTargetsOptions, 'roles' | 'hasQueues'> {
  readonly services: Pick<Services, 'byName' | 'roles'>;
  readonly clock: Clock;
  readonly region: string;
  /** A target did not take an invocation. */
  readonly onFailure: (failure: ScheduleFailure) => void;
  /** A target is invoked, with so many bytes. */
  readonly meter: (invocation: Omit<ScheduleRow, 'invocations'>) => void;
  readonly onError: (error: unknown) => void;
  readonly shutdown: Shutdown;
}

/** EventBridge Scheduler with its API, without schedules yet. */
export function startScheduler(options: SchedulerOptions): Schedules {
  const { services, clock, region, account, dispatch, onFailure, meter, onError, shutdown } = options;
  const { byName, roles } = services;
  const hasQueues = () => byName.has('sqs');
  const invokeTarget = invokeTargets({ ...options, roles, hasQueues });
  const invoke: Invoke = (definition, input) => {
    const { groupName, name: scheduleName, target } = definition;
    meter({ groupName, scheduleName, bytes: Buffer.byteLength(input) });
    return invokeTarget(target, input);
  };
  const bury = async (letter: ScheduleDeadLetter): Promise<void> => {
    const { definition, code, message } = letter;
    const { name: scheduleName, groupName, target } = definition;
    const { arn: targetArn, roleArn, deadLetterArn: queueArn } = target;
    const mayKeep = (arn: string) => whyForbidden(roleArn, 'sqs:SendMessage', arn, { roles, account }) === undefined;
    const isKept = queueArn !== undefined && hasQueues() && mayKeep(queueArn);
    if (isKept) await sendScheduleDeadLetter(letter, queueArn, region, dispatch);
    onFailure({ scheduleName, groupName, targetArn, code, message, isKept });
  };
  const schedules = new Schedules({ clock, region, account, invoke, bury, onError });
  shutdown.add(async () => schedules.close());
  byName.set('scheduler', schedulerService({ schedules, roles, clock, region, account }));
  return schedules;
}
