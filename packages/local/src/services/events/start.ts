import type { Clock } from '../../clock.ts';
import type { Shutdown } from '../../shutdown.ts';
import type { Dispatch } from '../../sources/destination.ts';
import type { QueuePolicies } from '../messaging/queue-policies.ts';
import type { DeadLetter } from './dead-letter.ts';
import { sendDeadLetter } from './dead-letter.ts';
import { Rules } from './rules.ts';
import { eventsPrincipal, sendToTargets, type TargetsOptions } from './targets.ts';

export interface RuleFailure {
  readonly ruleName: string;
  readonly targetArn: string;
  /** `NO_PERMISSIONS` */
  readonly code: string;
  readonly message: string;
  /** Whether the target's dead-letter queue has it now; otherwise the event is lost. */
  readonly isKept: boolean;
}

export interface StartRulesOptions extends TargetsOptions {
  readonly clock: Clock;
  readonly region: string;
  readonly queuePolicies: QueuePolicies;
  readonly dispatch: Dispatch;
  /** A target did not take an event. */
  readonly onFailure: (failure: RuleFailure) => void;
  readonly onError: (error: unknown) => void;
  readonly shutdown: Shutdown;
}

/** The default event bus, without rules yet. */
export function startRules(options: StartRulesOptions): Rules {
  const { clock, region, account, queuePolicies, dispatch, onFailure, onError, shutdown } = options;
  const bury = async (letter: DeadLetter): Promise<void> => {
    const { rule, target, code, message } = letter;
    const queueArn = target.deadLetterArn;
    const asked = { action: 'sqs:SendMessage', principal: eventsPrincipal, sourceArn: rule.arn };
    const isKept = queueArn !== undefined && queuePolicies.allows({ ...asked, queueArn });
    if (isKept) await sendDeadLetter(letter, queueArn, dispatch);
    onFailure({ ruleName: rule.name, targetArn: target.arn, code, message, isKept });
  };
  const rules = new Rules({ clock, region, account, send: sendToTargets(options), bury, onError });
  shutdown.add(async () => rules.close());
  return rules;
}
