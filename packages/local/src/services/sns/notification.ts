import type { MessageAttribute, SnsMessage } from './message.ts';
import { textFor } from './message.ts';
import { type Signer, signingKeyPath } from './signature.ts';
import type { Subscription, Topic } from './subscription.ts';

export interface NotificationPlace {
  readonly signer: Signer;
  /** The engine's: stands in the links. */
  readonly endpoint: () => string;
}

/** What subscribers get as JSON; of functions, names and empty members differ a little. */
export interface Notification {
  readonly Type: 'Notification';
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly Timestamp: string;
  readonly SignatureVersion: string;
  readonly Signature: string;
  readonly SigningCertURL: string;
  readonly UnsubscribeURL: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;
}

export async function notificationOf(
  topic: Topic,
  subscription: Subscription,
  message: SnsMessage,
  { signer, endpoint }: NotificationPlace,
): Promise<Notification> {
  const signed = {
    Type: 'Notification' as const,
    MessageId: message.messageId,
    TopicArn: topic.arn,
    ...(message.subject === undefined ? {} : { Subject: message.subject }),
    Message: textFor(message, subscription.protocol),
    Timestamp: new Date(message.publishedMs).toISOString(),
  };
  return {
    ...signed,
    SignatureVersion: topic.signatureVersion,
    Signature: await signer.sign(topic.signatureVersion, signed),
    SigningCertURL: new URL(signingKeyPath, endpoint()).href,
    UnsubscribeURL: linkTo(endpoint(), { Action: 'Unsubscribe', SubscriptionArn: subscription.arn }),
    ...(Object.keys(message.attributes).length === 0 ? {} : { MessageAttributes: attributesOf(message.attributes) }),
  };
}

/** What a function is invoked with. */
export function functionEvent(
  { SigningCertURL, UnsubscribeURL, Subject, MessageAttributes, ...notification }: Notification,
  { arn }: Subscription,
): object {
  const Sns = {
    ...notification,
    ...{ Subject: Subject ?? null, SigningCertUrl: SigningCertURL, UnsubscribeUrl: UnsubscribeURL },
    MessageAttributes: MessageAttributes ?? {},
  };
  return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: arn, Sns }] };
}

/** What asks the owner of an endpoint to agree. */
export async function confirmationOf(
  topic: Topic,
  { token = '' }: Subscription,
  messageId: string,
  nowMs: number,
  { signer, endpoint }: NotificationPlace,
) {
  const signed = {
    Type: 'SubscriptionConfirmation' as const,
    MessageId: messageId,
    Token: token,
    TopicArn: topic.arn,
    Message: `You have chosen to subscribe to the topic ${topic.arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: linkTo(endpoint(), { Action: 'ConfirmSubscription', TopicArn: topic.arn, Token: token }),
    Timestamp: new Date(nowMs).toISOString(),
  };
  return {
    ...signed,
    SignatureVersion: topic.signatureVersion,
    Signature: await signer.sign(topic.signatureVersion, signed),
    SigningCertURL: new URL(signingKeyPath, endpoint()).href,
  };
}

function linkTo(endpoint: string, query: Readonly<Record<string, string>>): string {
  return `${endpoint}/?${new URLSearchParams(query).toString()}`;
}

function attributesOf(attributes: Readonly<Record<string, MessageAttribute>>) {
  const entries = Object.entries(attributes).map(([name, { dataType, value }]) => [
    name,
    { Type: dataType, Value: value },
  ]);
  return Object.fromEntries(entries) as Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;
}
