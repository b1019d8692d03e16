import { protocols } from '../services/sns/protocol.ts';
import { readSubscription, subscriptionAttributes } from '../services/sns/read-subscription.ts';
import type { Topics } from '../services/sns/topics.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { only, used } from '../template/shape.ts';

/** `AWS::SNS::Subscription`. */
export function subscriptionType(topics: Topics, region: string): ResourceType {
  return {
    members: {
      Protocol: only(protocols, 'nothing else is delivered to'),
      TopicArn: used,
      Endpoint: used,
      Region: only([region], 'there is one region'),
      ...Object.fromEntries(subscriptionAttributes.map((name) => [name, used])),
    },
    async create({ logicalId, properties }) {
      const given = subscriptionAttributes.filter((name) => properties[name] !== undefined);
      const read = readSubscription({
        topicArn: String(properties.TopicArn),
        protocol: String(properties.Protocol),
        endpoint: String(properties.Endpoint),
        attributes: Object.fromEntries(given.map((name) => [name, textOf(properties[name])])),
      });
      const mistakes = read.ok ? topicMistakes(topics, read.subscription.topicArn) : read.mistakes;
      if (!read.ok || mistakes.length > 0) throw new TemplateRefused(mistakes.map((each) => `${logicalId}: ${each}`));
      return { physicalId: topics.subscribe(read.subscription).arn, attributes: {} };
    },
  };
}

function topicMistakes(topics: Topics, topicArn: string): readonly string[] {
  const isThere = topics.list().some(({ arn }) => arn === topicArn);
  return isThere ? [] : [`TopicArn: the template has no topic ${topicArn}`];
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
