import { KinesisFault } from './fault.ts';
import { unexpected, violate } from './violation.ts';

/**
 * How one member of an operation's input is read. A wrong JSON type throws a `SerializationException` at once, as AWS's
 * deserializer does; a value outside its constraints is added to `violations`, so that one answer names them all.
 */
export interface Member<T, Given = T> {
  read(value: unknown, path: string, violations: string[]): T;
  /** What callers in process give, where it differs from what the operation works with. Exists in the types only. */
  readonly given?: Given;
}

export type ReadOf<M> = M extends Member<infer T, unknown> ? T : never;
export type GivenOf<M> = M extends { readonly given?: infer Given } ? Given : never;

type Members = Readonly<Record<string, Member<unknown, unknown>>>;
/** Members that may be absent are optional, as in the SDK's types. */
type Optional<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: T[K];
};
type ReadStructure<S extends Members> = Optional<{ [K in keyof S]: ReadOf<S[K]> }>;
type GivenStructure<S extends Members> = Optional<{ [K in keyof S]: GivenOf<S[K]> }>;

/** AWS stops counting here. */
const violationsMax = 10;

/** Reads a whole input. Throws `SerializationException` or `ValidationException`. */
export function readInput<T>(input: Member<T, unknown>, value: unknown): T {
  const violations: string[] = [];
  const read = input.read(value, '', violations);
  if (violations.length === 0) return read;
  const told = violations.slice(0, violationsMax);
  const noun = told.length === 1 ? 'error' : 'errors';
  throw new KinesisFault('ValidationException', `${told.length} validation ${noun} detected: ${told.join('; ')}`);
}

export function structure<S extends Members>(members: S): Member<ReadStructure<S>, GivenStructure<S>> {
  const entries = Object.entries(members).map(([name, member]) => ({ name, member, path: lowerFirst(name) }));
  return {
    read(value, path, violations) {
      if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
        throw unexpected('a structure', path);
      }
      const read: Record<string, unknown> = {};
      for (const { name, member, path: memberPath } of entries) {
        const raw = (value as Record<string, unknown>)[name];
        const memberValue = member.read(raw, path === '' ? memberPath : `${path}.${memberPath}`, violations);
        if (memberValue !== undefined) read[name] = memberValue;
      }
      return read as ReadStructure<S>;
    },
  };
}

/** Turns a structure into one that may be left out. */
export function optional<T, Given>(member: Member<T, Given>): Member<T | undefined, Given | undefined> {
  return {
    read: (value, path, violations) =>
      value === undefined || value === null ? undefined : member.read(value, path, violations),
  };
}

/** Turns an optional member into one that must be there. */
export function required<T, Given>(member: Member<T, Given>): Member<NonNullable<T>, NonNullable<Given>> {
  return {
    read(value, path, violations) {
      if (value === undefined || value === null) {
        violations.push(`Value null at '${path}' failed to satisfy constraint: Member must not be null`);
        // The violation keeps the missing value from reaching anybody.
        return value as unknown as NonNullable<T>;
      }
      return member.read(value, path, violations) as NonNullable<T>;
    },
  };
}

export interface ListConstraints {
  readonly min?: number;
  readonly max?: number;
}

export function list<T, Given>(
  member: Member<T, Given>,
  { min = 0, max = Number.POSITIVE_INFINITY }: ListConstraints = {},
): Member<readonly T[] | undefined, readonly Given[] | undefined> {
  return {
    read(value, path, violations) {
      if (value === undefined || value === null) return undefined;
      if (!Array.isArray(value)) throw unexpected('a list', path);
      const shown = `[${value.length} members]`;
      if (value.length < min) violate(violations, shown, path, `have length greater than or equal to ${min}`);
      if (value.length > max) violate(violations, shown, path, `have length less than or equal to ${max}`);
      return value.map((item, index) => member.read(item, `${path}.${index + 1}.member`, violations));
    },
  };
}

/** A member of the API that this server does not serve: left out or false it changes nothing, anything else is refused. */
export function notServed(): Member<undefined, undefined | false> {
  return {
    read(value, path) {
      if (value === undefined || value === null || value === false) return undefined;
      throw new KinesisFault('ValidationException', `'${path}' is not served by the local engine`);
    },
  };
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}
