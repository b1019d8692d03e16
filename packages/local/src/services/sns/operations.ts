import { objectOf, textOf } from '../../wire/input.ts';
import type { Input, Operation, Output } from '../../wire/rpc.ts';
import { invalidParameter, notFound } from './failures.ts';
import { attributesOf, readSubscription } from './read-subscription.ts';
import type { Subscription } from './subscription.ts';
import type { Topics } from './topics.ts';

const pageItemsMax = 100;

/** Topics looked at, and subscriptions made, confirmed, changed, looked at and removed. Topics themselves are the template's. */
export function subscriptionOperations(topics: Topics, account: string): Readonly<Record<string, Operation>> {
  return {
    ListTopics: (input) =>
      page(
        'Topics',
        topics.list().map(({ arn }) => ({ TopicArn: arn })),
        input,
      ),
    GetTopicAttributes: (input) => topicAttributes(topics, textOf(input, 'TopicArn') ?? '', account),
    Subscribe: (input) => subscribe(topics, input),
    ConfirmSubscription: (input) => {
      const topic = topics.get(textOf(input, 'TopicArn') ?? '');
      const confirmed = topics.confirm(topic.arn, textOf(input, 'Token') ?? '');
      if (confirmed === undefined) throw invalidParameter('Token');
      return { SubscriptionArn: confirmed.arn };
    },
    Unsubscribe: (input) => {
      const arn = textOf(input, 'SubscriptionArn') ?? '';
      if (arn.split(':').length < 7) throw invalidParameter('SubscriptionArn');
      topics.unsubscribe(arn);
      return undefined;
    },
    GetSubscriptionAttributes: (input) => {
      const subscription = subscriptionOf(topics, input);
      const Attributes = new Map(
        Object.entries({
          ...{ SubscriptionArn: subscription.arn, TopicArn: subscription.topicArn, Owner: account },
          ...{
            Protocol: subscription.protocol,
            Endpoint: subscription.endpoint,
            SubscriptionPrincipal: `arn:aws:iam::${account}:root`,
          },
          ...{
            PendingConfirmation: String(subscription.token !== undefined),
            ConfirmationWasAuthenticated: String(subscription.token === undefined),
          },
          ...attributesOf(subscription),
        }),
      );
      return { Attributes };
    },
    SetSubscriptionAttributes: (input) => setAttribute(topics, input),
    ListSubscriptions: (input) =>
      page(
        'Subscriptions',
        topics.subscriptions().map((each) => listed(each, account)),
        input,
      ),
    ListSubscriptionsByTopic: (input) => {
      const topic = topics.get(textOf(input, 'TopicArn') ?? '');
      return page(
        'Subscriptions',
        topics.subscriptions(topic.arn).map((each) => listed(each, account)),
        input,
      );
    },
  };
}

function subscribe(topics: Topics, input: Input): Output {
  const topic = topics.get(textOf(input, 'TopicArn') ?? '');
  const { entry = [] } = (objectOf(input, 'Attributes') ?? {}) as { readonly entry?: readonly Input[] };
  const read = readSubscription({
    topicArn: topic.arn,
    protocol: textOf(input, 'Protocol') ?? '',
    endpoint: textOf(input, 'Endpoint') ?? '',
    attributes: Object.fromEntries(entry.map(({ key, value }) => [String(key), String(value)])),
  });
  if (!read.ok) throw invalidParameter(read.mistakes.join('; '));
  const subscription = topics.subscribe(read.subscription);
  const isTold = subscription.token === undefined || input.ReturnSubscriptionArn === 'true';
  return { SubscriptionArn: isTold ? subscription.arn : 'pending confirmation' };
}

function setAttribute(topics: Topics, input: Input): Output {
  const subscription = subscriptionOf(topics, input);
  const name = textOf(input, 'AttributeName') ?? '';
  const attributes = { ...attributesOf(subscription), [name]: textOf(input, 'AttributeValue') ?? '' };
  const read = readSubscription({ ...subscription, attributes });
  if (!read.ok) throw invalidParameter(read.mistakes.join('; '));
  topics.change({ ...subscription, ...read.subscription });
  return undefined;
}

function subscriptionOf(topics: Topics, input: Input): Subscription {
  const arn = textOf(input, 'SubscriptionArn');
  const found = topics.subscriptions().find((each) => each.arn === arn);
  if (found === undefined) throw notFound('Subscription does not exist');
  return found;
}

function topicAttributes(topics: Topics, topicArn: string, account: string): Output {
  const { arn, displayName, kmsMasterKeyId, signatureVersion } = topics.get(topicArn);
  const subscriptions = topics.subscriptions(arn);
  const pending = subscriptions.filter(({ token }) => token !== undefined).length;
  const Attributes = new Map(
    Object.entries({
      ...{ TopicArn: arn, Owner: account, DisplayName: displayName, SignatureVersion: signatureVersion },
      ...(kmsMasterKeyId === undefined ? {} : { KmsMasterKeyId: kmsMasterKeyId }),
      ...{ SubscriptionsConfirmed: String(subscriptions.length - pending), SubscriptionsPending: String(pending) },
      SubscriptionsDeleted: '0',
    }),
  );
  return { Attributes };
}

function listed({ arn, topicArn, protocol, endpoint, token }: Subscription, account: string): object {
  const SubscriptionArn = token === undefined ? arn : 'PendingConfirmation';
  return { SubscriptionArn, Owner: account, Protocol: protocol, Endpoint: endpoint, TopicArn: topicArn };
}

/** `NextToken` is the index to go on from. */
function page(member: string, items: readonly object[], input: Input): Output {
  const from = Number(textOf(input, 'NextToken') ?? '0');
  if (!Number.isInteger(from) || from < 0) throw invalidParameter('NextToken');
  const to = from + pageItemsMax;
  return { [member]: items.slice(from, to), NextToken: to < items.length ? String(to) : undefined };
}
