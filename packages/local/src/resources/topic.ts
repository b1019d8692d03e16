import type { Topics } from '../services/sns/topics.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { only, used, withoutEffect } from '../template/shape.ts';

/** `AWS::SNS::Topic`, standard ones. */
export function topicType(
  topics: Topics,
  { region, account }: { readonly region: string; readonly account: string },
): ResourceType {
  return {
    members: {
      TopicName: used,
      DisplayName: used,
      KmsMasterKeyId: used,
      FifoTopic: only([false], 'topics are standard ones'),
      SignatureVersion: only(['1', '2'], 'signatures have two versions'),
      TracingConfig: withoutEffect('there is no X-Ray'),
      Tags: withoutEffect('nothing reads them'),
    },
    async create({ properties, generatedName }) {
      const { TopicName: given, DisplayName, KmsMasterKeyId, SignatureVersion } = properties;
      const TopicName = typeof given === 'string' ? given : generatedName(256);
      const TopicArn = `arn:aws:sns:${region}:${account}:${TopicName}`;
      topics.add({
        ...{ arn: TopicArn, name: TopicName, displayName: typeof DisplayName === 'string' ? DisplayName : '' },
        kmsMasterKeyId: typeof KmsMasterKeyId === 'string' ? KmsMasterKeyId : undefined,
        signatureVersion: SignatureVersion === '2' ? '2' : '1',
      });
      return { physicalId: TopicArn, attributes: { TopicArn, TopicName } };
    },
  };
}
