import type { RetryPolicy } from '../events/rule.ts';
import type { Timing } from './timing.ts';

/** A schedule as it was given, read. */
export interface ScheduleDefinition {
  readonly name: string;
  readonly groupName: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly expression: string;
  /** Of the Time Zone Database. */
  readonly timezone: string;
  readonly timing: Timing;
  /** No invocation before this, and the first one of a rate; engine time. */
  readonly startMs: number | undefined;
  /** No invocation from this on. */
  readonly endMs: number | undefined;
  readonly isEnabled: boolean;
  /** 0 where the target is invoked on time. */
  readonly windowMinutes: number;
  /** Whether the schedule is gone after its last invocation. */
  readonly deletesItself: boolean;
  readonly target: ScheduleTarget;
  readonly kmsKeyArn: string | undefined;
}

export interface ScheduleTarget {
  readonly kind: TargetKind;
  readonly arn: string;
  readonly roleArn: string;
  /** With its context attributes; undefined where an event of Scheduler's own is handed over. */
  readonly input: string | undefined;
  readonly retryPolicy: RetryPolicy;
  /** An SQS queue. */
  readonly deadLetterArn: string | undefined;
  /** Of a message in a FIFO queue. */
  readonly messageGroupId: string | undefined;
}

/** `universal`: StartExecution with the members that the input gives it. */
export type TargetKind = 'function' | 'state machine' | 'queue' | 'universal';
