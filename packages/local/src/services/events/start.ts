import type { Clock } from '../../clock.ts';
import type { Shutdown } from '../../shutdown.ts';
import type { QueuePolicies } from '../messaging/queue-policies.ts';
import type { Services } from '../services.ts';
import type { StatusChanges } from '../states/status-change.ts';
import { type DeadLetter, sendDeadLetter } from './dead-letter.ts';
import { Rules } from './rules.ts';
import { eventsService } from './service.ts';
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

export interface EventBusOptions extends Omit<TargetsOptions, 'roles'> {
  readonly services: Pick<Services, 'byName' | 'roles'>;
  readonly statusChanges: StatusChanges;
  readonly queuePolicies: QueuePolicies;
  readonly clock: Clock;
  readonly region: string;
  /** A target did not take an event. */
  readonly onFailure: (failure: RuleFailure) => void;
  readonly onError: (error: unknown) => void;
  readonly shutdown: Shutdown;
}

/** The default event bus with its API, without rules yet. It hears of executions whose status changes. */
export function startEventBus(options: EventBusOptions): Rules {
  const { services, statusChanges, queuePolicies, clock, region, account, dispatch, onFailure, onError, shutdown } =
    options;
  const bury = async (letter: DeadLetter): Promise<void> => {
    const { rule, target, code, message } = letter;
    const queueArn = target.deadLetterArn;
    const asked = { action: 'sqs:SendMessage', principal: eventsPrincipal, sourceArn: rule.arn };
    const isKept = queueArn !== undefined && queuePolicies.allows({ ...asked, queueArn });
    if (isKept) await sendDeadLetter(letter, queueArn, dispatch);
    onFailure({ ruleName: rule.name, targetArn: target.arn, code, message, isKept });
  };
  const send = sendToTargets({ ...options, roles: services.roles });
  const rules = new Rules({ clock, region, account, send, bury, onError });
  shutdown.add(async () => rules.close());
  services.byName.set('events', eventsService({ rules, clock, account }));
  statusChanges.onStatusChange((change) => rules.put(change));
  return rules;
}
