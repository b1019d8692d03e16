import { compileCidr } from './cidr.ts';

/**
 * Event patterns as EventBridge and Lambda's filters write them: `{"detail":{"state":["ALARM"]}}`. A pattern is compiled
 * once; what it holds and is not known is refused by name, never ignored.
 */
export type Matcher = (value: unknown) => boolean;

export type PatternResult =
  | { readonly ok: true; readonly matches: Matcher }
  | { readonly ok: false; readonly mistakes: readonly string[] };

export interface PatternOptions {
  /** Whether `cidr` is known, as it is to rules and topics and not to the filters of Lambda and Pipes. */
  readonly addresses?: boolean;
}

/** Compiles the JSON text of a pattern. */
export function compilePattern(text: string, { addresses = false }: PatternOptions = {}): PatternResult {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    return { ok: false, mistakes: [`${text} is not JSON`] };
  }
  const mistakes: string[] = [];
  const known = addresses ? { ...operators, ...addressOperators } : operators;
  const matches = compileObject(pattern, '$', { mistakes, operators: known });
  return mistakes.length === 0 ? { ok: true, matches } : { ok: false, mistakes };
}

/** What is under way: what was wrong so far, and what may stand. */
interface Compiling {
  readonly mistakes: string[];
  readonly operators: Readonly<Record<string, Operator>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** Looks at one field's value; undefined means that the field is absent. */
type FieldTest = (value: unknown) => boolean;

function compileObject(pattern: unknown, path: string, compiling: Compiling): Matcher {
  if (!isObject(pattern)) {
    compiling.mistakes.push(`${path}: an object is needed, not ${JSON.stringify(pattern)}`);
    return () => false;
  }
  const tests = Object.entries(pattern).map(([key, part]): Matcher => {
    if (key === '$or') return compileAlternatives(part, `${path}.$or`, compiling);
    const test = compileField(part, `${path}.${key}`, compiling);
    return (value) => test(isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined);
  });
  return (value) => tests.every((test) => test(value));
}

function compileAlternatives(part: unknown, path: string, compiling: Compiling): Matcher {
  if (!Array.isArray(part) || part.length < 2) {
    compiling.mistakes.push(`${path}: a list of at least two patterns is needed, not ${JSON.stringify(part)}`);
    return () => false;
  }
  const alternatives = part.map((each, index) => compileObject(each, `${path}[${index}]`, compiling));
  return (value) => alternatives.some((matches) => matches(value));
}

function compileField(part: unknown, path: string, compiling: Compiling): FieldTest {
  if (Array.isArray(part)) return compileRules(part, path, compiling);
  const matches = compileObject(part, path, compiling);
  // One object of a list may hold all that the pattern asks for.
  return (value) => (Array.isArray(value) ? value.some(matches) : matches(value ?? {}));
}

/** The rules of one field, any of which suffices. A list in the event is tried element by element. */
function compileRules(rules: readonly unknown[], path: string, compiling: Compiling): FieldTest {
  if (rules.length === 0) compiling.mistakes.push(`${path}: an empty list matches nothing`);
  const tests = rules.map((rule, index) => compileRule(rule, `${path}[${index}]`, compiling));
  return (value) => tests.some((test) => test(value));
}

function compileRule(rule: unknown, path: string, compiling: Compiling): FieldTest {
  if (!isObject(rule)) return anyElement((value) => value === rule);
  const [name, argument, ...more] = Object.entries(rule).flat();
  const { operators } = compiling;
  const known = typeof name === 'string' && more.length === 0 && Object.hasOwn(operators, name);
  const operator = known ? operators[name] : undefined;
  if (operator === undefined) {
    compiling.mistakes.push(
      `${path}: ${JSON.stringify(rule)} is not supported; supported are ${Object.keys(operators).join(', ')}`,
    );
    return () => false;
  }
  const test = operator(argument);
  if (test === undefined)
    compiling.mistakes.push(`${path}: ${JSON.stringify(rule)} has an argument that ${name} does not take`);
  return test ?? (() => false);
}

/** The test that an operator makes of its argument; undefined for an argument that it does not take. */
type Operator = (argument: unknown) => FieldTest | undefined;

const operators: Readonly<Record<string, Operator>> = {
  // Looks at values alone: an object, or a list without values, is as good as absent.
  exists: (wanted) => (typeof wanted === 'boolean' ? (value) => hasLeaf(value) === wanted : undefined),
  prefix: (start) => textTest(start, (text, prefix) => text.startsWith(prefix)),
  suffix: (end) => textTest(end, (text, suffix) => text.endsWith(suffix)),
  'equals-ignore-case': (other) => textTest(other, (text, wanted) => text.toLowerCase() === wanted.toLowerCase()),
  wildcard: (shape) => {
    const expression = typeof shape === 'string' ? wildcardExpression(shape) : undefined;
    return expression && anyElement((value) => typeof value === 'string' && expression.test(value));
  },
  numeric: (comparisons) => {
    const test = compileNumeric(comparisons);
    return test && anyElement((value) => typeof value === 'number' && test(value));
  },
  'anything-but': (excluded) => {
    const test = compileExcluded(excluded);
    // Every element of a list must be another; an absent field is no value at all.
    return (
      test && ((value) => value !== undefined && (Array.isArray(value) ? value : [value]).every((each) => !test(each)))
    );
  },
};

const addressOperators: Readonly<Record<string, Operator>> = {
  cidr: (block) => {
    const contains = compileCidr(block);
    return contains && anyElement((value) => typeof value === 'string' && contains(value));
  },
};

function textTest(argument: unknown, holds: (text: string, argument: string) => boolean): FieldTest | undefined {
  // `{"prefix": {"equals-ignore-case": "a"}}` compares without regard to case.
  if (isObject(argument)) {
    const { 'equals-ignore-case': folded, ...rest } = argument;
    if (typeof folded !== 'string' || Object.keys(rest).length > 0) return undefined;
    return anyElement((value) => typeof value === 'string' && holds(value.toLowerCase(), folded.toLowerCase()));
  }
  if (typeof argument !== 'string') return undefined;
  return anyElement((value) => typeof value === 'string' && holds(value, argument));
}

/** What `anything-but` excludes: values, or one operator on texts. */
function compileExcluded(excluded: unknown): FieldTest | undefined {
  if (!isObject(excluded)) {
    const values = Array.isArray(excluded) ? excluded : [excluded];
    const plain = values.every((value) => typeof value === 'string' || typeof value === 'number');
    return plain && values.length > 0 ? (value) => values.includes(value as string | number) : undefined;
  }
  const [name, argument, ...more] = Object.entries(excluded).flat();
  const isText = name === 'prefix' || name === 'suffix' || name === 'equals-ignore-case' || name === 'wildcard';
  if (!isText || more.length > 0) return undefined;
  const tests = (Array.isArray(argument) ? argument : [argument]).map((each) => operators[name]?.(each));
  if (tests.some((test) => test === undefined)) return undefined;
  return (value) => tests.some((test) => test?.(value));
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `[">", 0, "<=", 5]`: one or two comparisons, all of which must hold. */
function compileNumeric(argument: unknown): ((value: number) => boolean) | undefined {
  if (!Array.isArray(argument) || (argument.length !== 2 && argument.length !== 4)) return undefined;
  const tests: ((value: number) => boolean)[] = [];
  for (let at = 0; at < argument.length; at += 2) {
    const compare = comparisons[String(argument[at])];
    const bound: unknown = argument[at + 1];
    if (compare === undefined || typeof bound !== 'number') return undefined;
    tests.push((value) => compare(value, bound));
  }
  return (value) => tests.every((test) => test(value));
}

/** `\\*` is an asterisk and `\\\\` a backslash. Undefined for other escapes, and for wildcards side by side. */
function wildcardExpression(shape: string): RegExp | undefined {
  const tokens = shape.match(/\\.?|\*+|[^\\*]+/gs) ?? [];
  if (tokens.some((token) => /^\*{2,}$/.test(token) || (token.startsWith('\\') && !/^\\[\\*]$/.test(token))))
    return undefined;
  const parts = tokens.map((token) => (token === '*' ? '.*' : literal(token.replace(/^\\/, ''))));
  return new RegExp(`^${parts.join('')}$`, 's');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function hasLeaf(value: unknown): boolean {
  return Array.isArray(value) ? value.some(hasLeaf) : value !== undefined && !isObject(value);
}

function anyElement(test: (value: unknown) => boolean): FieldTest {
  return (value) => (Array.isArray(value) ? value.some(test) : value !== undefined && test(value));
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
