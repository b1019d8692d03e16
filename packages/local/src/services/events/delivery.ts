import type { Clock } from '../../clock.ts';
import type { RuleChaos } from './chaos.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { BusEvent } from './event.ts';
import { type SendOutcome, tryUntilTaken } from './retries.ts';
import type { RuleDefinition, RuleTarget } from './rule.ts';

/** Hands a target its input, once. */
export type Send = (target: RuleTarget, inputJson: string, origin: DeliveryOrigin) => Promise<SendOutcome>;

export interface DeliveryOrigin {
  readonly ruleArn: string;
  readonly eventId: string;
}

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly chaos: RuleChaos | undefined;
  readonly send: Send;
  /** Takes what a target did not. */
  readonly bury: (letter: DeadLetter) => Promise<void>;
  readonly signal: AbortSignal;
}

const throttled: SendOutcome = { ok: false, canRetry: true, code: 'THROTTLING', message: 'Rate exceeded' };
const noJson = {
  ...{ ok: false, canRetry: false, code: 'INVALID_JSON' },
  message: 'The event gives the target no JSON',
} as const;

/**
 * Hands an event to one target of a rule, again and later each time while the target may yet take it. What it does not take
 * is a dead letter.
 */
export async function deliver(
  rule: RuleDefinition,
  target: RuleTarget,
  event: BusEvent,
  options: DeliveryOptions,
): Promise<void> {
  const { clock, signal, bury } = options;
  const input = target.makeInput(event, { ruleArn: rule.arn, ruleName: rule.name, ingestedMs: clock.now() });
  const givenUp = await tryUntilTaken(
    async (retries) => (input === undefined ? noJson : attempt(rule, target, event, input, retries, options)),
    { policy: target.retryPolicy, clock, signal },
  );
  if (givenUp !== undefined) await bury({ rule, target, event, ...givenUp });
}

async function attempt(
  rule: RuleDefinition,
  target: RuleTarget,
  event: BusEvent,
  input: string,
  retries: number,
  { clock, chaos, send, signal }: DeliveryOptions,
): Promise<SendOutcome> {
  const disturbance = chaos?.({ ruleName: rule.name, targetArn: target.arn, event, retries }) ?? {};
  if (disturbance.lateMs !== undefined) await clock.sleep(disturbance.lateMs, signal);
  if (disturbance.lose === true) return { ok: true };
  if (disturbance.refuse === true) return throttled;
  const origin = { ruleArn: rule.arn, eventId: event.id };
  if (disturbance.duplicate !== true) return send(target, input, origin);
  const [first] = await Promise.all([send(target, input, origin), send(target, input, origin)]);
  return first;
}
