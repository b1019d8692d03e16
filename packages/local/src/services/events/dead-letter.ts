import type { Dispatch } from '../../sources/destination.ts';
import { sendToDestination } from '../../sources/send-to-destination.ts';
import type { BusEvent } from './event.ts';
import type { GivenUp } from './retries.ts';
import type { RuleDefinition, RuleTarget } from './rule.ts';

/** An event that a target did not take, and why. */
export interface DeadLetter extends GivenUp {
  readonly rule: RuleDefinition;
  readonly target: RuleTarget;
  readonly event: BusEvent;
}

/** Sends the event, as it came, to the queue. Throws where the queue did not take it. */
export async function sendDeadLetter(
  { rule, target, event, retries, code, message, exhausted }: DeadLetter,
  queueArn: string,
  dispatch: Dispatch,
): Promise<void> {
  const attributes = {
    ...{ RULE_ARN: rule.arn, TARGET_ARN: target.arn, ERROR_CODE: code, ERROR_MESSAGE: message },
    ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted, RETRY_ATTEMPTS: String(retries) }),
  };
  const content = { message: JSON.stringify(event), attributes };
  await sendToDestination(content, { destinationArn: queueArn, region: event.region }, dispatch);
}
