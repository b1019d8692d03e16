import type { Clock } from '../../clock.ts';
import type { RuleChaos } from './chaos.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { BusEvent } from './event.ts';
import type { RuleDefinition, RuleTarget } from './rule.ts';

/** What came of handing an event to a target once. Codes are those that a dead letter carries. */
export type SendOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly canRetry: boolean; readonly code: string; readonly message: string };

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

const backoffMsMin = 1_000;
/** 185 attempts over a day are one in eight minutes. */
const backoffMsMax = 480_000;
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
  const { maximumEventAgeInSeconds: ageSecondsMax, maximumRetryAttempts: retriesMax } = target.retryPolicy;
  const takenMs = clock.now();
  const input = target.makeInput(event, { ruleArn: rule.arn, ruleName: rule.name, ingestedMs: takenMs });
  for (let retries = 0; ; retries += 1) {
    const outcome = input === undefined ? noJson : await attempt(rule, target, event, input, retries, options);
    if (outcome.ok) return;
    const letter = { rule, target, event, retries, code: outcome.code, message: outcome.message };
    if (!outcome.canRetry) return bury({ ...letter, exhausted: undefined });
    if (retries >= retriesMax) return bury({ ...letter, exhausted: 'MaximumRetryAttempts' });
    const leftMs = takenMs + ageSecondsMax * 1_000 - clock.now();
    const waitMs = Math.min(backoffMsMax, backoffMsMin * 2 ** Math.min(retries, 20));
    await clock.sleep(Math.min(leftMs, waitMs), signal);
    if (waitMs >= leftMs) return bury({ ...letter, exhausted: 'MaximumEventAgeInSeconds' });
  }
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
