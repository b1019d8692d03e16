import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { notFound } from './failures.ts';
import { type SnsMessage, textFor } from './message.ts';
import { confirmationOf } from './notification.ts';
import { isOfThisMachine, post } from './post.ts';
import { confirmedByOwner, type Protocol } from './protocol.ts';
import { retryWaitMs } from './retries.ts';
import { type Parcel, type SendOptions, type SendOutcome, send, sendText, sendToQueue } from './send.ts';
import type { Subscription, Topic } from './subscription.ts';

export interface NotificationFailure {
  /** Undefined of a text message that was sent to a number directly. */
  readonly topicArn: string | undefined;
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** The last attempt's. */
  readonly message: string;
  /** Attempts beyond the first. */
  readonly retries: number;
  /** Whether the subscription's dead-letter queue has it now; otherwise it is lost. */
  readonly isKept: boolean;
}

export interface TopicsOptions extends SendOptions {
  readonly clock: Clock;
  /** Whether subscriptions stand at once, or wait for their owners as on AWS. */
  readonly confirmSubscriptions: boolean;
  /** A subscriber has not taken a message, and will not. */
  readonly onFailure: (failure: NotificationFailure) => void;
  readonly onError: (error: unknown) => void;
}

type NotTaken = SendOutcome & { readonly ok: false };

export type NewSubscription = Omit<Subscription, 'arn' | 'token'>;

/** The topics, who has subscribed to them, and what is on its way to whom. */
export class Topics {
  readonly #options: TopicsOptions;
  readonly #topics = new Map<string, Topic>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #deliveries = new Set<Promise<void>>();
  readonly #closed = new AbortController();

  constructor(options: TopicsOptions) {
    this.#options = options;
  }

  add(topic: Topic): void {
    this.#topics.set(topic.arn, topic);
  }

  list(): readonly Topic[] {
    return [...this.#topics.values()];
  }

  /** Throws SNS's error for one that is not there. */
  get(topicArn: string): Topic {
    const topic = this.#topics.get(topicArn);
    if (topic === undefined) throw notFound('Topic does not exist');
    return topic;
  }

  subscriptions(topicArn?: string): readonly Subscription[] {
    const all = [...this.#subscriptions.values()];
    return topicArn === undefined ? all : all.filter((each) => each.topicArn === topicArn);
  }

  /** The same endpoint subscribes once: it keeps what it has. */
  subscribe(given: NewSubscription): Subscription {
    const topic = this.get(given.topicArn);
    const there = this.subscriptions(given.topicArn).find(
      ({ protocol, endpoint }) => protocol === given.protocol && endpoint === given.endpoint,
    );
    if (there !== undefined) return there;
    const isPending = !this.#options.confirmSubscriptions && confirmedByOwner.has(given.protocol);
    const token = isPending ? randomBytes(64).toString('hex') : undefined;
    const subscription = { ...given, arn: `${topic.arn}:${randomUUID()}`, token };
    this.#subscriptions.set(subscription.arn, subscription);
    if (isPending) this.#follow(this.#askOwner(topic, subscription));
    return subscription;
  }

  /** Whose token it is, confirmed now; undefined for a token that nobody has. */
  confirm(topicArn: string, token: string): Subscription | undefined {
    const pending = this.subscriptions(topicArn).find((each) => each.token === token);
    if (pending === undefined) return undefined;
    const confirmed = { ...pending, token: undefined };
    this.#subscriptions.set(confirmed.arn, confirmed);
    return confirmed;
  }

  change(subscription: Subscription): void {
    this.#subscriptions.set(subscription.arn, subscription);
  }

  unsubscribe(subscriptionArn: string): void {
    this.#subscriptions.delete(subscriptionArn);
  }

  /**
   * Resolves when every subscriber whose filter lets the message through had it offered once, but for addresses of this machine,
   * which may take their time.
   */
  async publish(topic: Topic, message: SnsMessage): Promise<void> {
    const offered = this.subscriptions(topic.arn)
      .filter(({ token, protocol, filterPolicy }) => {
        return token === undefined && (filterPolicy?.accepts(message, textFor(message, protocol)) ?? true);
      })
      .map((subscription) => {
        const first = Promise.withResolvers<void>();
        const parcel = { topic, subscription, message };
        const attempt = async () => send(parcel, this.#options, this.#closed.signal).finally(first.resolve);
        const giveUp = (outcome: NotTaken, retries: number) => this.#giveUp(parcel, outcome, retries);
        this.#follow(this.#deliver(subscription.protocol, attempt, giveUp));
        return isPosted(subscription) ? undefined : first.promise;
      });
    await Promise.all(offered);
  }

  /** Sends a text message that no topic has. */
  sendText(phoneNumber: string, message: SnsMessage): void {
    const attempt = async () => sendText(phoneNumber, message, this.#options);
    const base = { topicArn: undefined, protocol: 'sms' as const, endpoint: phoneNumber, isKept: false };
    const giveUp = async (outcome: NotTaken, retries: number) =>
      this.#options.onFailure({ ...base, retries, message: outcome.message });
    this.#follow(this.#deliver('sms', attempt, giveUp));
  }

  /** Resolves when everything published so far was taken or given up: on a clock that stands still perhaps never. */
  async settled(): Promise<void> {
    while (this.#deliveries.size > 0) await Promise.all(this.#deliveries);
  }

  /** Drops what waits. */
  close(): void {
    this.#closed.abort();
  }

  #follow(work: Promise<void>): void {
    const { signal } = this.#closed;
    const followed = work
      .catch((error: unknown) => {
        if (!signal.aborted) this.#options.onError(error);
      })
      .finally(() => this.#deliveries.delete(followed));
    this.#deliveries.add(followed);
  }

  async #deliver(
    protocol: Protocol,
    attempt: () => Promise<SendOutcome>,
    giveUp: (outcome: NotTaken, retries: number) => Promise<void>,
  ): Promise<void> {
    const { signal } = this.#closed;
    for (let retries = 0; ; retries += 1) {
      const outcome = await attempt();
      if (outcome.ok) return;
      const waitMs = outcome.canRetry ? retryWaitMs(protocol, retries) : undefined;
      if (waitMs === undefined) return giveUp(outcome, retries);
      await this.#options.clock.sleep(waitMs, signal);
      signal.throwIfAborted();
    }
  }

  async #giveUp(parcel: Parcel, { code, message }: NotTaken, retries: number): Promise<void> {
    const { topic, subscription } = parcel;
    const { deadLetterArn, protocol, endpoint } = subscription;
    const about = { RequestID: randomUUID(), ErrorCode: code, ErrorMessage: message };
    const kept =
      deadLetterArn === undefined ? undefined : await sendToQueue(parcel, deadLetterArn, this.#options, about);
    const lost = kept?.ok === false ? `; and its dead-letter queue: ${kept.message}` : '';
    this.#options.onFailure({
      ...{ topicArn: topic.arn, protocol, endpoint, retries, message: `${message}${lost}`, isKept: kept?.ok === true },
    });
  }

  /** Asks once: on AWS, too, a confirmation that was lost has to be asked for again. */
  async #askOwner(topic: Topic, subscription: Subscription): Promise<void> {
    const { clock, inbox } = this.#options;
    const messageId = randomUUID();
    const asked = await confirmationOf(topic, subscription, messageId, clock.now(), this.#options);
    const body = JSON.stringify(asked);
    const { protocol, endpoint } = subscription;
    if (protocol === 'sqs' || protocol === 'lambda' || protocol === 'sms') return;
    if (isPosted(subscription)) {
      const type = 'SubscriptionConfirmation';
      await post({ type, topic, subscription, messageId, isRaw: false, body }, this.#closed.signal);
      return;
    }
    const isMail = protocol.startsWith('email');
    inbox.add({
      ...{ atMs: clock.now(), channel: protocol, to: endpoint, topicArn: topic.arn, messageId },
      ...(isMail ? { subject: 'AWS Notification - Subscription Confirmation' } : {}),
      text: protocol === 'email' ? `${asked.Message}\n\n${asked.SubscribeURL}` : body,
      note: 'asks for a confirmation; until then nothing is delivered',
    });
  }
}

/** Other addresses have an inbox. */
function isPosted({ protocol, endpoint }: Subscription): boolean {
  return (protocol === 'http' || protocol === 'https') && isOfThisMachine(endpoint);
}
