/** One statement of a policy document, read. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Pattern;
  readonly resources: Pattern;
  readonly conditions: readonly Condition[];
}

/** `NotAction` and `NotResource` are patterns that are not to match. */
export interface Pattern {
  readonly isNegated: boolean;
  readonly values: readonly string[];
}

export interface Condition {
  /** `StringEquals`, `ForAllValues:StringEquals`, `StringLikeIfExists`, ... */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

const elements = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);

/** Operators without their set prefix and `IfExists`. */
export const comparisons = [
  ...['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringLike', 'StringNotLike'],
  ...['ArnEquals', 'ArnLike', 'Bool', 'Null'],
] as const;

/** What conditions may ask about: what the engine knows of a call. */
export const conditionKeys = new Set([
  ...['cloudwatch:namespace', 'dynamodb:LeadingKeys', 'iam:PassedToService'],
  ...['aws:PrincipalAccount', 'aws:ResourceAccount', 's3:ResourceAccount', 's3:prefix', 'aws:SecureTransport'],
]);

/** What holds of every call: there is one account, and the loopback port stands for TLS. */
export function contextOfAll(account: string): Readonly<Record<string, readonly string[]>> {
  return {
    'aws:PrincipalAccount': [account],
    'aws:ResourceAccount': [account],
    's3:ResourceAccount': [account],
    'aws:SecureTransport': ['true'],
  };
}

/** Why the engine cannot evaluate the policy document; none when it can. */
export function policyRefusals(document: unknown, path: string): readonly string[] {
  if (typeof document !== 'object' || document === null) return [`${path}: a policy document was expected`];
  const { Statement } = document as { readonly Statement?: unknown };
  return [Statement ?? []]
    .flat()
    .flatMap((statement, index) => statementRefusals(statement, `${path}.Statement[${index}]`));
}

function statementRefusals(statement: unknown, path: string): readonly string[] {
  const given = (statement ?? {}) as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).filter((element) => !elements.has(element));
  const reasons = unknown.map(
    (element) => `${path}.${element} is not supported; supported: ${[...elements].join(', ')}`,
  );
  if (given.Effect !== 'Allow' && given.Effect !== 'Deny') reasons.push(`${path}.Effect is neither Allow nor Deny`);
  for (const [operator, operands] of Object.entries((given.Condition ?? {}) as object)) {
    const comparison = comparisonOf(operator);
    if (!comparisons.some((each) => each === comparison)) {
      reasons.push(`${path}.Condition.${operator} is not supported; supported: ${comparisons.join(', ')}`);
    }
    const keys = Object.keys((operands ?? {}) as object).filter((key) => !conditionKeys.has(key));
    reasons.push(
      ...keys.map(
        (key) => `${path}.Condition: the key ${key} is not supported; supported: ${[...conditionKeys].join(', ')}`,
      ),
    );
  }
  return reasons;
}

/** The statements of a resolved document that is in order. */
export function readStatements(document: unknown): readonly Statement[] {
  const { Statement } = document as { readonly Statement?: unknown };
  return [Statement ?? []].flat().map((statement) => {
    const given = statement as Readonly<Record<string, unknown>>;
    return {
      effect: given.Effect === 'Deny' ? 'Deny' : 'Allow',
      actions: pattern(given.Action, given.NotAction),
      resources: pattern(given.Resource, given.NotResource),
      conditions: readConditions(given.Condition),
    };
  });
}

/** `ForAllValues:StringLikeIfExists` is `StringLike` of all values, if any. */
export function comparisonOf(operator: string): string {
  return operator.replace(/^For(AllValues|AnyValue):/, '').replace(/IfExists$/, '');
}

function pattern(values: unknown, negated: unknown): Pattern {
  const isNegated = values === undefined && negated !== undefined;
  return { isNegated, values: [(isNegated ? negated : values) ?? []].flat().map(String) };
}

function readConditions(conditions: unknown): readonly Condition[] {
  return Object.entries((conditions ?? {}) as object).flatMap(([operator, operands]) =>
    Object.entries(operands as object).map(([key, values]) => ({ operator, key, values: [values].flat().map(String) })),
  );
}
