import { eventsPrincipal } from '../services/events/targets.ts';
import { readStatements } from '../services/iam/statement.ts';
import { demandsTls } from '../services/iam/tls-statement.ts';
import type { QueuePolicies, QueueStatement } from '../services/messaging/queue-policies.ts';
import { snsPrincipal } from '../services/sns/send.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { checked, used } from '../template/shape.ts';

/** `AWS::SQS::QueuePolicy`: which services may send to queues. Statements that demand TLS have no effect here. */
export function queuePolicyType(policies: QueuePolicies): ResourceType {
  return {
    members: { Queues: used, PolicyDocument: checked(policyRefusals) },
    async create({ logicalId, properties }) {
      const statements = statementsOf(properties.PolicyDocument).filter((statement) => !demandsTls(statement));
      for (const queueUrl of properties.Queues as readonly string[]) {
        policies.add(queueUrl.split('/').at(-1) ?? '', statements.map(readStatement));
      }
      return { physicalId: logicalId, attributes: {} };
    },
  };
}

type Given = Readonly<Record<string, unknown>>;

const elements = new Set(['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition']);
const operators = new Set(['ArnEquals', 'ArnLike', 'StringEquals', 'StringLike']);
const conditionKeys = new Set(['aws:SourceArn', 'aws:SourceAccount']);
/** Services that ask before they send. */
const principals = new Set([eventsPrincipal, snsPrincipal]);

function policyRefusals(document: unknown, path: string): readonly string[] {
  return statementsOf(document).flatMap((statement, index) => {
    if (demandsTls(statement) || isUnderstood(statement)) return [];
    const known = [...principals].join(' or ');
    return [
      `${path}.Statement[${index}]: only statements may stand that let ${known} send on behalf of a resource, or deny requests without TLS`,
    ];
  });
}

function isUnderstood(statement: Given): boolean {
  const { Effect, Principal, Condition } = statement;
  const { Service, ...others } = (Principal ?? {}) as Given;
  return (
    Object.keys(statement).every((element) => elements.has(element)) &&
    Effect === 'Allow' &&
    Object.keys(others).length === 0 &&
    [Service ?? 'none'].flat().every((each) => principals.has(String(each))) &&
    Object.entries((Condition ?? {}) as object).every(
      ([operator, operands]) =>
        operators.has(operator) && Object.keys(operands as object).every((key) => conditionKeys.has(key)),
    )
  );
}

function readStatement(given: Given): QueueStatement {
  const { Principal, ...rest } = given;
  const [statement] = readStatements({ Statement: rest });
  if (statement === undefined) throw new Error('A statement of a queue policy was accepted and cannot be read');
  return { principals: [(Principal as Given).Service].flat().map(String), statement };
}

function statementsOf(document: unknown): readonly Given[] {
  const { Statement } = (document ?? {}) as { readonly Statement?: unknown };
  const statements: readonly unknown[] = [Statement ?? []].flat();
  return statements.map((statement) => (statement ?? {}) as Given);
}
