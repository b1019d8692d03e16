import { type Condition, comparisonOf, type Pattern, type Statement } from './statement.ts';

/** One thing that a call does: an action on a resource, with what conditions may ask about it. */
export interface Access {
  /** `dynamodb:UpdateItem` */
  readonly action: string;
  readonly resource: string;
  /** By condition key; several values where the key has several. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

export type Decision = 'allowed' | 'explicitly denied' | 'not allowed';

/** What the statements say together: a Deny that applies wins, without an Allow that applies nothing is allowed. */
export function evaluate(statements: readonly Statement[], access: Access): Decision {
  const applying = statements.filter((statement) => applies(statement, access));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'explicitly denied';
  return applying.length > 0 ? 'allowed' : 'not allowed';
}

function applies({ actions, resources, conditions }: Statement, { action, resource, context }: Access): boolean {
  return (
    patternHolds(actions, action.toLowerCase(), (value) => value.toLowerCase()) &&
    patternHolds(resources, resource, (value) => value) &&
    conditions.every((condition) => conditionHolds(condition, context))
  );
}

function patternHolds({ isNegated, values }: Pattern, subject: string, fold: (value: string) => string): boolean {
  return values.some((value) => isLike(subject, fold(value))) !== isNegated;
}

function conditionHolds({ operator, key, values }: Condition, context: Access['context']): boolean {
  const given = context[key];
  const comparison = comparisonOf(operator);
  if (comparison === 'Null') return (given === undefined) === (values[0] === 'true');
  if (operator.startsWith('ForAllValues:')) return (given ?? []).every((each) => compares(comparison, each, values));
  if (given === undefined) return operator.endsWith('IfExists') || comparison.includes('Not');
  // Of a key with one value, "any" is that value.
  return given.some((each) => compares(comparison, each, values));
}

function compares(comparison: string, given: string, values: readonly string[]): boolean {
  switch (comparison) {
    case 'StringEquals':
    case 'Bool':
      return values.includes(given);
    case 'StringNotEquals':
      return !values.includes(given);
    case 'StringEqualsIgnoreCase':
      return values.some((value) => value.toLowerCase() === given.toLowerCase());
    case 'StringNotLike':
      return !values.some((value) => isLike(given, value));
    case 'StringLike':
    case 'ArnEquals':
    case 'ArnLike':
      return values.some((value) => isLike(given, value));
    default:
      throw new Error(`The condition operator ${comparison} was accepted and cannot be evaluated`);
  }
}

/** `*` stands for any text, `?` for one character. */
export function isLike(subject: string, pattern: string): boolean {
  const source = pattern
    .split(/([*?])/)
    .map((part) => (part === '*' ? '.*' : part === '?' ? '.' : part.replace(/[\\^$.+()[\]{}|/]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`, 's').test(subject);
}
