import type { ServiceStatement } from '../services/iam/service-policy.ts';
import { readStatements } from '../services/iam/statement.ts';
import { demandsTls } from '../services/iam/tls-statement.ts';

type Given = Readonly<Record<string, unknown>>;

const elements = new Set(['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition']);
const operators = new Set(['ArnEquals', 'ArnLike', 'StringEquals', 'StringLike']);
const conditionKeys = new Set(['aws:SourceArn', 'aws:SourceAccount']);

/**
 * Why the policy of a resource cannot be run: only statements may stand in it that let one of these services do something on behalf of
 * a resource, or that deny requests without TLS. `verb` is what they are let do, for the message.
 */
export function serviceStatementRefusals(
  document: unknown,
  path: string,
  { principals, verb }: { readonly principals: ReadonlySet<string>; readonly verb: string },
): readonly string[] {
  return statementsOf(document).flatMap((statement, index) => {
    if (demandsTls(statement) || isUnderstood(statement, principals)) return [];
    const known = [...principals].join(' or ');
    return [
      `${path}.Statement[${index}]: only statements may stand that let ${known} ${verb} on behalf of a resource, or deny requests without TLS`,
    ];
  });
}

/** Those that let services do something; the others have no effect here. */
export function readServiceStatements(document: unknown): readonly ServiceStatement[] {
  return statementsOf(document)
    .filter((statement) => !demandsTls(statement))
    .map(readStatement);
}

function isUnderstood(statement: Given, principals: ReadonlySet<string>): boolean {
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

function readStatement(given: Given): ServiceStatement {
  const { Principal, ...rest } = given;
  const [statement] = readStatements({ Statement: rest });
  if (statement === undefined) throw new Error('A statement of a policy was accepted and cannot be read');
  return { principals: [(Principal as Given).Service].flat().map(String), statement };
}

function statementsOf(document: unknown): readonly Given[] {
  const { Statement } = (document ?? {}) as { readonly Statement?: unknown };
  const statements: readonly unknown[] = [Statement ?? []].flat();
  return statements.map((statement) => (statement ?? {}) as Given);
}
