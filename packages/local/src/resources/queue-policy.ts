import { eventsPrincipal } from '../services/events/targets.ts';
import type { QueuePolicies } from '../services/messaging/queue-policies.ts';
import { snsPrincipal } from '../services/sns/send.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { checked, used } from '../template/shape.ts';
import { readServiceStatements, serviceStatementRefusals } from './service-statements.ts';

/** Services that ask before they send. */
const principals = new Set([eventsPrincipal, snsPrincipal]);

/** `AWS::SQS::QueuePolicy`: which services may send to queues. Statements that demand TLS have no effect here. */
export function queuePolicyType(policies: QueuePolicies): ResourceType {
  const refusals = (document: unknown, path: string) =>
    serviceStatementRefusals(document, path, { principals, verb: 'send' });
  return {
    members: { Queues: used, PolicyDocument: checked(refusals) },
    async create({ logicalId, properties }) {
      const statements = readServiceStatements(properties.PolicyDocument);
      for (const queueUrl of properties.Queues as readonly string[]) {
        policies.add(queueUrl.split('/').at(-1) ?? '', statements);
      }
      return { physicalId: logicalId, attributes: {} };
    },
  };
}
