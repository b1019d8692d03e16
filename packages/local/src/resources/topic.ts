import { sendToFauxqs } from '../services/messaging/service.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { only, used, withoutEffect } from '../template/shape.ts';
import type { MessagingPlace } from './queue.ts';

/** `AWS::SNS::Topic`. */
export function topicType({ fauxqs, region, account, host }: MessagingPlace): ResourceType {
  return {
    members: {
      TopicName: used,
      DisplayName: withoutEffect('no mail and no text message is sent'),
      KmsMasterKeyId: withoutEffect('nothing is encrypted on one machine'),
      Tags: withoutEffect('nothing reads them'),
    },
    async create({ properties, generatedName }) {
      const TopicName = typeof properties.TopicName === 'string' ? properties.TopicName : generatedName(256);
      await callSns({ fauxqs, region, host }, { Action: 'CreateTopic', Name: TopicName });
      const TopicArn = `arn:aws:sns:${region}:${account}:${TopicName}`;
      return { physicalId: TopicArn, attributes: { TopicArn, TopicName } };
    },
  };
}

/** `AWS::SNS::Subscription` of a queue: nothing else is delivered to. */
export function subscriptionType(place: MessagingPlace): ResourceType {
  return {
    members: {
      Protocol: only(['sqs'], 'the local engine delivers to queues alone'),
      TopicArn: used,
      Endpoint: used,
      RawMessageDelivery: used,
      FilterPolicy: used,
      FilterPolicyScope: used,
    },
    async create({ logicalId, properties: { TopicArn, Protocol, Endpoint, ...attributes } }) {
      const entries = Object.entries(attributes).flatMap(([name, value], index) => [
        [`Attributes.entry.${index + 1}.key`, name],
        [`Attributes.entry.${index + 1}.value`, typeof value === 'object' ? JSON.stringify(value) : String(value)],
      ]);
      const call = {
        Action: 'Subscribe',
        TopicArn: String(TopicArn),
        Protocol: String(Protocol),
        Endpoint: String(Endpoint),
      };
      await callSns(place, { ...call, ...Object.fromEntries(entries) });
      return { physicalId: `${String(TopicArn)}:${logicalId}`, attributes: {} };
    },
  };
}

async function callSns(
  { fauxqs, region, host }: Pick<MessagingPlace, 'fauxqs' | 'region' | 'host'>,
  form: Readonly<Record<string, string>>,
): Promise<void> {
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded' };
  const body = Buffer.from(new URLSearchParams({ Version: '2010-03-31', ...form }).toString());
  const answer = await sendToFauxqs(fauxqs, 'sns', region, { headers, body });
  if (answer.status >= 300) throw new Error(`${form.Action} failed: ${answer.body.toString('utf8')}`);
}
