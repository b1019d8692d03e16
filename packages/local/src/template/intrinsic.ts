import { TemplateRefused } from './refusal.ts';

/** What intrinsic functions are resolved against. Unknown names answer undefined. */
export interface Scope {
  /** A resource's physical id, a parameter's value or a pseudo parameter's. */
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean | undefined;
  readonly mappings: Readonly<Record<string, unknown>>;
}

/** `AWS::NoValue`: the property is as good as absent. */
export const noValue: unique symbol = Symbol('AWS::NoValue');

type Resolver = (argument: unknown, scope: Scope, path: string) => unknown;

/** What `{ "Fn::X": argument }` gives. */
const functions: Readonly<Record<string, Resolver>> = {
  Ref: (name, scope, path) => defined(scope.ref(String(name)), `${path}: Ref to ${String(name)}, which does not exist`),
  'Fn::GetAtt': (argument, scope, path) => {
    const [logicalId = '', ...rest] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
    const name = rest.join('.');
    return defined(
      scope.attribute(logicalId, name),
      `${path}: the local engine has no attribute ${name} of ${logicalId}`,
    );
  },
  'Fn::Sub': substitute,
  'Fn::Join': (argument, scope, path) => {
    const [separator, items] = list(argument, scope, path);
    return asList(items, path)
      .map((item) => text(item, path))
      .join(text(separator, path));
  },
  'Fn::Split': (argument, scope, path) => {
    const [separator, source] = list(argument, scope, path);
    return text(source, path).split(text(separator, path));
  },
  'Fn::Select': (argument, scope, path) => {
    const [index, items] = list(argument, scope, path);
    return defined(asList(items, path)[Number(index)], `${path}: Fn::Select finds nothing at ${String(index)}`);
  },
  'Fn::Base64': (argument, scope, path) => Buffer.from(text(resolve(argument, scope, path), path)).toString('base64'),
  'Fn::FindInMap': (argument, scope, path) => {
    const keys = list(argument, scope, path).map((key) => text(key, path));
    const found = keys.reduce<unknown>((from, key) => member(from, key), scope.mappings);
    return defined(found, `${path}: Fn::FindInMap finds nothing at ${keys.join('.')}`);
  },
  'Fn::If': (argument, scope, path) => {
    const [name, then, otherwise] = asList(argument, path);
    const holds = scope.condition(String(name));
    if (holds === undefined) throw new TemplateRefused([`${path}: condition ${String(name)} does not exist`]);
    return resolve(holds ? then : otherwise, scope, path);
  },
  'Fn::Equals': (argument, scope, path) => {
    const [left, right] = list(argument, scope, path);
    return JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::Not': (argument, scope, path) => list(argument, scope, path)[0] !== true,
  'Fn::And': (argument, scope, path) => list(argument, scope, path).every((each) => each === true),
  'Fn::Or': (argument, scope, path) => list(argument, scope, path).some((each) => each === true),
  'Fn::ToJsonString': (argument, scope, path) => JSON.stringify(resolve(argument, scope, path)),
  'Fn::Length': (argument, scope, path) => asList(resolve(argument, scope, path), path).length,
};

/** The names of intrinsic functions, with `Condition`, which only conditions know. */
export const supportedFunctions = [...Object.keys(functions), 'Condition'].sort();

/** The only key of an object that is a call of an intrinsic function, known or not. */
export function functionOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [key, ...others] = Object.keys(value);
  if (key === undefined || others.length > 0) return undefined;
  return key === 'Ref' || key.startsWith('Fn::') ? key : undefined;
}

/**
 * The value with every intrinsic function in it resolved. Members and items that are `AWS::NoValue` are left out. Throws
 * TemplateRefused with the path of what cannot be resolved.
 */
export function resolve(value: unknown, scope: Scope, path: string): unknown {
  const name = functionOf(value);
  if (name !== undefined) {
    const resolver = functions[name];
    if (resolver !== undefined) return resolver((value as Record<string, unknown>)[name], scope, path);
    const known = supportedFunctions.join(', ');
    throw new TemplateRefused([`${path}: ${name} is not supported; supported are ${known}`]);
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => resolve(item, scope, `${path}[${index}]`)).filter((item) => item !== noValue);
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, each]) => [key, resolve(each, scope, `${path}.${key}`)] as const);
  return Object.fromEntries(members.filter(([, each]) => each !== noValue));
}

/** A condition of the template, which may name others. */
export function resolveCondition(definition: unknown, scope: Scope, path: string): boolean {
  return resolve(expandConditions(definition, scope, path), scope, path) === true;
}

function expandConditions(value: unknown, scope: Scope, path: string): unknown {
  if (Array.isArray(value)) return value.map((item) => expandConditions(item, scope, path));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === 'Condition') {
    return defined(scope.condition(String(only[1])), `${path}: condition ${String(only[1])} does not exist`);
  }
  return Object.fromEntries(entries.map(([key, each]) => [key, expandConditions(each, scope, path)]));
}

/** `${Name}`, `${Name.Attribute}` and `${!literal}` in a text, with variables of its own. */
function substitute(argument: unknown, scope: Scope, path: string): string {
  const [pattern, raw] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = resolve(raw ?? {}, scope, path);
  return String(pattern).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    const own = member(variables, name);
    if (own !== undefined) return text(own, path);
    const call = name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name };
    return text(resolve(call, scope, path), path);
  });
}

function list(argument: unknown, scope: Scope, path: string): readonly unknown[] {
  return asList(resolve(argument, scope, path), path);
}

function asList(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TemplateRefused([`${path}: a list was expected, not ${JSON.stringify(value)}`]);
  return value;
}

function text(value: unknown, path: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateRefused([`${path}: a text was expected, not ${JSON.stringify(value)}`]);
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function defined<Value>(value: Value | undefined, otherwise: string): Value {
  if (value === undefined) throw new TemplateRefused([otherwise]);
  return value;
}
