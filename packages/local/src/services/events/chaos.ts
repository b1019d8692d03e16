import type { BusEvent } from './event.ts';

/** One attempt to hand an event to a target, about to be made. */
export interface RuleAttempt {
  readonly ruleName: string;
  readonly targetArn: string;
  readonly event: BusEvent;
  /** 0 at first. */
  readonly retries: number;
}

/** What is to happen to an attempt beyond what happens on a quiet day; everything here may happen on AWS. */
export interface RuleDisturbance {
  /** Engine time before the attempt. */
  readonly lateMs?: number;
  /** The target gets the event twice: EventBridge promises at least once. */
  readonly duplicate?: boolean;
  /** The target does not take it, as one that is throttled. */
  readonly refuse?: boolean;
  /** The event never comes: services report their own events as best they can. */
  readonly lose?: boolean;
}

/** Asked before every attempt; undefined leaves it alone. For tests of what must hold whatever a rule does. */
export type RuleChaos = (attempt: RuleAttempt) => RuleDisturbance | undefined;
