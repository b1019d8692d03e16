import type { SendOutcome } from './send.ts';
import type { Subscription, Topic } from './subscription.ts';

export interface Posted {
  readonly type: 'Notification' | 'SubscriptionConfirmation';
  readonly topic: Topic;
  readonly subscription: Subscription;
  readonly messageId: string;
  readonly isRaw: boolean;
  readonly body: string;
}

/** How long an address may take to answer, wall time. */
const answerMsMax = 15_000;

/** Whether an address can only be this machine: nothing of a trial leaves it. */
export function isOfThisMachine(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Posts as SNS does, once. What is not taken may be taken later, unless the address says that it never will. */
export async function post(
  { type, topic, subscription, messageId, isRaw, body }: Posted,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const headers = {
    'content-type': 'text/plain; charset=UTF-8',
    'user-agent': 'Amazon Simple Notification Service Agent',
    'x-amz-sns-message-type': type,
    'x-amz-sns-message-id': messageId,
    'x-amz-sns-topic-arn': topic.arn,
    ...(type === 'Notification' ? { 'x-amz-sns-subscription-arn': subscription.arn } : {}),
    ...(isRaw ? { 'x-amz-sns-rawdelivery': 'true' } : {}),
  };
  try {
    const answer = await fetch(subscription.endpoint, {
      ...{ method: 'POST', headers, body, redirect: 'manual' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMsMax)]),
    });
    await answer.body?.cancel();
    if (answer.ok) return { ok: true };
    const canRetry = answer.status >= 500 || answer.status === 429;
    return {
      ok: false,
      canRetry,
      code: String(answer.status),
      message: `${subscription.endpoint} answered ${answer.status}`,
    };
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return {
      ok: false,
      canRetry: true,
      code: 'NoAnswer',
      message: `${subscription.endpoint} did not answer: ${reason}`,
    };
  }
}
