import { compileFilterPolicy, type FilterPolicy } from './filter-policy.ts';
import { isEndpoint, type Protocol, protocols } from './protocol.ts';
import type { NewSubscription } from './topics.ts';

/** The attributes of a subscription, as the API and templates name them. */
export const subscriptionAttributes = [
  'RawMessageDelivery',
  'FilterPolicy',
  'FilterPolicyScope',
  'RedrivePolicy',
] as const;

export interface GivenSubscription {
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** By name; JSON where the attribute holds an object. */
  readonly attributes: Readonly<Record<string, string>>;
}

export type SubscriptionResult =
  | { readonly ok: true; readonly subscription: NewSubscription }
  | { readonly ok: false; readonly mistakes: readonly string[] };

const rawProtocols: ReadonlySet<string> = new Set(['sqs', 'http', 'https']);

/** A subscription as it is to be; or everything that is wrong with it. */
export function readSubscription({ topicArn, protocol, endpoint, attributes }: GivenSubscription): SubscriptionResult {
  const mistakes = Object.keys(attributes)
    .filter((name) => !subscriptionAttributes.some((known) => known === name))
    .map((name) => `AttributeName ${name} is not supported; supported: ${subscriptionAttributes.join(', ')}`);
  const known = protocols.find((each) => each === protocol);
  if (known === undefined) mistakes.push(`Protocol: ${protocol} is not supported; supported: ${protocols.join(', ')}`);
  else if (!isEndpoint(known, endpoint)) mistakes.push(`Endpoint: ${JSON.stringify(endpoint)} is none of ${known}`);
  const raw = attributes.RawMessageDelivery ?? 'false';
  if (raw !== 'true' && raw !== 'false') mistakes.push(`RawMessageDelivery: ${raw} is neither true nor false`);
  if (raw === 'true' && !rawProtocols.has(protocol)) mistakes.push(`RawMessageDelivery: not for ${protocol}`);
  const filterPolicy = readFilterPolicy(attributes, mistakes);
  const deadLetterArn = readRedrivePolicy(attributes.RedrivePolicy, mistakes);
  if (mistakes.length > 0) return { ok: false, mistakes };
  const rawMessageDelivery = raw === 'true';
  const subscription = {
    topicArn,
    protocol: known as Protocol,
    endpoint,
    rawMessageDelivery,
    filterPolicy,
    deadLetterArn,
  };
  return { ok: true, subscription };
}

/** An empty policy lets everything through. */
function readFilterPolicy(
  { FilterPolicy: text = '{}', FilterPolicyScope: scope }: Readonly<Record<string, string>>,
  mistakes: string[],
): FilterPolicy | undefined {
  if (text === '' || text === '{}') return undefined;
  const compiled = compileFilterPolicy(text, scope);
  if (compiled.ok) return compiled.policy;
  mistakes.push(...compiled.mistakes);
  return undefined;
}

function readRedrivePolicy(text: string | undefined, mistakes: string[]): string | undefined {
  if (text === undefined || text === '') return undefined;
  const arn = deadLetterArnIn(text);
  if (arn === undefined || !isEndpoint('sqs', arn)) {
    mistakes.push(`RedrivePolicy: ${text} names no queue as its deadLetterTargetArn`);
    return undefined;
  }
  return arn;
}

function deadLetterArnIn(text: string): string | undefined {
  try {
    const { deadLetterTargetArn } = JSON.parse(text) as { readonly deadLetterTargetArn?: unknown };
    return typeof deadLetterTargetArn === 'string' ? deadLetterTargetArn : undefined;
  } catch {
    return undefined;
  }
}

/** The other way round. */
export function attributesOf(subscription: Omit<NewSubscription, 'topicArn' | 'endpoint'>): Record<string, string> {
  const { rawMessageDelivery, filterPolicy, deadLetterArn } = subscription;
  return {
    RawMessageDelivery: String(rawMessageDelivery),
    ...(filterPolicy === undefined ? {} : { FilterPolicy: filterPolicy.text, FilterPolicyScope: filterPolicy.scope }),
    ...(deadLetterArn === undefined ? {} : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterArn }) }),
  };
}
