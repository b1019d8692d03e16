import type { Matcher } from '../../sources/pattern.ts';
import type { Schedule } from './schedule.ts';
import type { MakeInput, TargetInput } from './target-input.ts';

/** A rule of the default bus, read from its template. */
export interface RuleDefinition {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly isEnabled: boolean;
  /** With `pattern` as it was written. */
  readonly matches: Matcher | undefined;
  readonly pattern: string | undefined;
  readonly schedule: Schedule | undefined;
  readonly scheduleExpression: string | undefined;
  readonly targets: readonly RuleTarget[];
}

export interface RuleTarget {
  readonly id: string;
  /** Of a Lambda function or a Step Functions state machine. */
  readonly arn: string;
  /** With which a state machine is started. */
  readonly roleArn: string | undefined;
  readonly makeInput: MakeInput;
  readonly input: TargetInput;
  readonly retryPolicy: RetryPolicy;
  /** An SQS queue. */
  readonly deadLetterArn: string | undefined;
}

export interface RetryPolicy {
  readonly maximumEventAgeInSeconds: number;
  readonly maximumRetryAttempts: number;
}

/** EventBridge's own. */
export const retryPolicyDefault: RetryPolicy = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };
