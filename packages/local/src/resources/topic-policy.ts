import type { TopicPolicies } from '../services/sns/topic-policies.ts';
import { cloudWatchPrincipal } from '../services/sns/topic-policies.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { checked, used } from '../template/shape.ts';
import { readServiceStatements, serviceStatementRefusals } from './service-statements.ts';

/** Services that publish in their own name. */
const principals = new Set([cloudWatchPrincipal]);

/** `AWS::SNS::TopicPolicy`: which services may publish to topics, in place of the policy that AWS gives a topic. */
export function topicPolicyType(policies: TopicPolicies): ResourceType {
  const refusals = (document: unknown, path: string) =>
    serviceStatementRefusals(document, path, { principals, verb: 'publish' });
  return {
    members: { Topics: used, PolicyDocument: checked(refusals) },
    async create({ logicalId, properties }) {
      const statements = readServiceStatements(properties.PolicyDocument);
      for (const topicArn of properties.Topics as readonly string[]) policies.set(topicArn, statements);
      return { physicalId: logicalId, attributes: {} };
    },
  };
}
