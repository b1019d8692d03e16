/** One attempt to invoke a schedule's target, about to be made. */
export interface ScheduleAttempt {
  readonly scheduleName: string;
  readonly groupName: string;
  readonly targetArn: string;
  /** Engine time. */
  readonly scheduledMs: number;
  /** 0 at first. */
  readonly retries: number;
}

/** What is to happen to an attempt beyond what happens on a quiet day; everything here may happen on AWS. */
export interface ScheduleDisturbance {
  /** Engine time before the attempt: Scheduler is precise to the minute. */
  readonly lateMs?: number;
  /** The target is invoked twice: Scheduler promises at least once. */
  readonly duplicate?: boolean;
  /** The target takes it, and Scheduler does not learn of it: it tries again, under another execution id. */
  readonly forget?: boolean;
  /** The target does not take it, as one that is throttled. */
  readonly refuse?: boolean;
}

/** Asked before every attempt; undefined leaves it alone. For tests of what must hold whatever Scheduler does. */
export type ScheduleChaos = (attempt: ScheduleAttempt) => ScheduleDisturbance | undefined;
