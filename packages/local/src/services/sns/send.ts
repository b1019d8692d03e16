import type { ChannelAttempt, ChannelFaults } from '../../faults/channel-faults.ts';
import type { AsynchronousInvocations } from '../../lambda/asynchronous.ts';
import type { LambdaHost } from '../../lambda/host.ts';
import type { Permissions } from '../../lambda/permissions.ts';
import type { Dispatch } from '../../sources/destination.ts';
import { callJson } from '../events/target-call.ts';
import type { QueuePolicies } from '../messaging/queue-policies.ts';
import type { Inbox } from './inbox.ts';
import { type SnsMessage, textFor } from './message.ts';
import { functionEvent, type NotificationPlace, notificationOf } from './notification.ts';
import { isOfThisMachine, post } from './post.ts';
import type { Subscription, Topic } from './subscription.ts';

export interface SendOptions extends NotificationPlace {
  readonly inbox: Inbox;
  readonly channelFaults: ChannelFaults;
  readonly host: LambdaHost;
  readonly asynchronous: AsynchronousInvocations;
  readonly permissions: Permissions;
  readonly queuePolicies: QueuePolicies;
  readonly clock: { now(): number };
  /** Reaches SQS. */
  readonly dispatch: Dispatch;
}

/** One message on its way to one subscriber. */
export interface Parcel {
  readonly topic: Topic;
  readonly subscription: Subscription;
  readonly message: SnsMessage;
}

export type SendOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly canRetry: boolean; readonly code: string; readonly message: string };

/** Whose principal asks for permissions. */
export const snsPrincipal = 'sns.amazonaws.com';
const displayNameCharactersMax = 10;

/** Hands a message to a subscriber, once, but for a fault. */
export async function send(parcel: Parcel, options: SendOptions, signal: AbortSignal): Promise<SendOutcome> {
  const { protocol: channel, endpoint: to } = parcel.subscription;
  return struckBy(options, { channel, to }, () => sendOnce(parcel, options, signal));
}

async function sendOnce(parcel: Parcel, options: SendOptions, signal: AbortSignal): Promise<SendOutcome> {
  const { protocol, endpoint } = parcel.subscription;
  switch (protocol) {
    case 'sqs':
      return sendToQueue(parcel, endpoint, options);
    case 'lambda':
      return invoke(parcel, options);
    case 'http':
    case 'https':
      return sendToAddress(parcel, options, signal);
    default:
      return leave(parcel, options);
  }
}

/** Hands a text message over that no topic has, once, but for a fault. */
export function sendText(phoneNumber: string, message: SnsMessage, options: SendOptions): Promise<SendOutcome> {
  return struckBy(options, { channel: 'sms', to: phoneNumber }, async () => {
    const { messageId } = message;
    const text = textFor(message, 'sms');
    options.inbox.add({ atMs: options.clock.now(), channel: 'sms', to: phoneNumber, messageId, text });
    return { ok: true };
  });
}

async function struckBy(
  { channelFaults }: SendOptions,
  attempt: ChannelAttempt,
  deliver: () => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const fault = channelFaults.strike(attempt);
  if (fault === undefined) return deliver();
  if (fault.isDuplicate === true) {
    await deliver();
    return deliver();
  }
  const message = `The channel ${attempt.channel} is struck by a fault`;
  return failed('ServiceUnavailable', message, fault.isPermanent !== true);
}

/** Also for what a dead-letter queue gets. */
export async function sendToQueue(
  { topic, subscription, message }: Parcel,
  queueArn: string,
  options: SendOptions,
  about: Readonly<Record<string, string>> = {},
): Promise<SendOutcome> {
  const asked = { action: 'sqs:SendMessage', principal: snsPrincipal, sourceArn: topic.arn };
  if (!options.queuePolicies.allows({ ...asked, queueArn })) {
    return failed('AccessDenied', `No policy of ${queueArn} lets ${snsPrincipal} send to it for ${topic.arn}`);
  }
  const isRaw = subscription.rawMessageDelivery;
  const body = isRaw
    ? textFor(message, subscription.protocol)
    : JSON.stringify(await notificationOf(topic, subscription, message, options));
  const [, , , region = '', account = '', name = ''] = queueArn.split(':');
  const own = isRaw ? Object.entries(message.attributes).map(([key, each]) => [key, queueAttribute(each)]) : [];
  const added = Object.entries(about).map(([key, value]) => [key, { DataType: 'String', StringValue: value }]);
  const attributes = Object.fromEntries([...own, ...added]);
  const answer = await callJson(
    {
      ...{ service: 'sqs', target: 'AmazonSQS.SendMessage', region },
      input: {
        QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
        MessageBody: body,
        ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: attributes }),
      },
    },
    options.dispatch,
  );
  return answer.ok ? answer : failed(answer.code, answer.message, answer.status >= 500);
}

function queueAttribute({ dataType, value }: SnsMessage['attributes'][string]): object {
  // A queue has no arrays.
  if (dataType.startsWith('String.Array')) return { DataType: 'String', StringValue: value };
  return dataType.startsWith('Binary')
    ? { DataType: dataType, BinaryValue: value }
    : { DataType: dataType, StringValue: value };
}

/** Lambda takes the event into its queue: what becomes of the invocation is Lambda's affair. */
async function invoke({ topic, subscription, message }: Parcel, options: SendOptions): Promise<SendOutcome> {
  const { host, permissions, asynchronous } = options;
  const functionName = subscription.endpoint.split(':').at(-1) ?? '';
  if (!host.definitions.some((each) => each.functionName === functionName)) {
    return failed('ResourceNotFoundException', `Function not found: ${subscription.endpoint}`);
  }
  if (!permissions.allows({ functionName, principal: snsPrincipal, sourceArn: topic.arn })) {
    return failed(
      'AccessDeniedException',
      `No permission lets ${snsPrincipal} invoke ${functionName} for ${topic.arn}`,
    );
  }
  const notification = await notificationOf(topic, subscription, message, options);
  asynchronous.add(functionName, Buffer.from(JSON.stringify(functionEvent(notification, subscription))));
  return { ok: true };
}

async function sendToAddress(parcel: Parcel, options: SendOptions, signal: AbortSignal): Promise<SendOutcome> {
  const { topic, subscription, message } = parcel;
  const isRaw = subscription.rawMessageDelivery;
  const body = isRaw
    ? textFor(message, subscription.protocol)
    : JSON.stringify(await notificationOf(topic, subscription, message, options));
  if (!isOfThisMachine(subscription.endpoint)) {
    return leave(parcel, options, {
      text: body,
      note: 'not posted: the local engine posts to addresses of this machine alone',
    });
  }
  return post({ type: 'Notification', topic, subscription, messageId: message.messageId, isRaw, body }, signal);
}

/** Mail and text messages go no further than the inbox. */
async function leave(
  { topic, subscription, message }: Parcel,
  options: SendOptions,
  other?: { readonly text: string; readonly note: string },
): Promise<SendOutcome> {
  const { protocol, endpoint } = subscription;
  const text = textFor(message, protocol);
  const base = {
    ...{ atMs: options.clock.now(), to: endpoint, topicArn: topic.arn, messageId: message.messageId, text },
    ...other,
  };
  const subject = message.subject ?? 'AWS Notification Message';
  switch (protocol) {
    case 'sms': {
      const name = topic.displayName.slice(0, displayNameCharactersMax);
      options.inbox.add({ ...base, channel: protocol, text: name === '' ? text : `${name}> ${text}` });
      break;
    }
    case 'email':
      options.inbox.add({ ...base, channel: protocol, subject });
      break;
    case 'email-json': {
      const notification = await notificationOf(topic, subscription, message, options);
      options.inbox.add({ ...base, channel: protocol, subject, text: JSON.stringify(notification) });
      break;
    }
    case 'http':
    case 'https':
      options.inbox.add({ ...base, channel: protocol });
      break;
    default:
      throw new Error(`${protocol} is no channel of the inbox`);
  }
  return { ok: true };
}

function failed(code: string, message: string, canRetry = false): SendOutcome {
  return { ok: false, canRetry, code, message };
}
