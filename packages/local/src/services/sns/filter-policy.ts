import { compilePattern, type Matcher } from '../../sources/pattern.ts';
import type { SnsMessage } from './message.ts';

export interface FilterPolicy {
  /** As it was given, JSON. */
  readonly text: string;
  readonly scope: 'MessageAttributes' | 'MessageBody';
  readonly accepts: (message: SnsMessage, text: string) => boolean;
}

export type FilterPolicyResult =
  | { readonly ok: true; readonly policy: FilterPolicy }
  | { readonly ok: false; readonly mistakes: readonly string[] };

const keysMax = 5;
const combinationsMax = 150;

/** Compiles a subscription's filter policy: what the engine does not know of it is refused by name. */
export function compileFilterPolicy(text: string, scope: string = 'MessageAttributes'): FilterPolicyResult {
  if (scope !== 'MessageAttributes' && scope !== 'MessageBody') {
    return { ok: false, mistakes: [`FilterPolicyScope: ${scope} is neither MessageAttributes nor MessageBody`] };
  }
  const pattern = compilePattern(text, { addresses: true });
  if (!pattern.ok) return { ok: false, mistakes: pattern.mistakes.map((mistake) => `FilterPolicy: ${mistake}`) };
  const mistakes = limitMistakes(JSON.parse(text), scope);
  if (mistakes.length > 0) return { ok: false, mistakes };
  const { matches } = pattern;
  const accepts =
    scope === 'MessageAttributes'
      ? ({ attributes }: SnsMessage) => matches(attributeValues(attributes))
      : (_: SnsMessage, body: string) => matchesBody(matches, body);
  return { ok: true, policy: { text, scope, accepts } };
}

/** What does not hold an object cannot be looked into, and is not delivered. */
function matchesBody(matches: Matcher, body: string): boolean {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) && matches(value);
  } catch {
    return false;
  }
}

function attributeValues(attributes: SnsMessage['attributes']): Readonly<Record<string, unknown>> {
  const entries = Object.entries(attributes).flatMap(([name, { dataType, value }]): [string, unknown][] => {
    if (dataType.startsWith('Binary')) return [];
    if (dataType.startsWith('Number')) return [[name, Number(value)]];
    return [[name, dataType.startsWith('String.Array') ? JSON.parse(value) : value]];
  });
  return Object.fromEntries(entries);
}

function limitMistakes(policy: Readonly<Record<string, unknown>>, scope: FilterPolicy['scope']): readonly string[] {
  const { keys, combinations, isNested } = sizeOf(policy);
  return [
    ...(keys > keysMax ? [`FilterPolicy: Filter policy can not have more than ${keysMax} keys`] : []),
    ...(combinations > combinationsMax ? ['FilterPolicy: Filter policy is too complex'] : []),
    ...(isNested && scope === 'MessageAttributes'
      ? ['FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy']
      : []),
  ];
}

interface Size {
  readonly keys: number;
  readonly combinations: number;
  readonly isNested: boolean;
}

/** Nested keys count, and multiply the combinations by how deep they stand. */
function sizeOf(policy: Readonly<Record<string, unknown>>, depth = 1): Size {
  const sizes = Object.entries(policy).map(([name, part]): Size => {
    if (name === '$or' && Array.isArray(part)) {
      const each = part.map((alternative) => sizeOf(alternative as Readonly<Record<string, unknown>>, depth));
      return {
        keys: sum(each.map(({ keys }) => keys)),
        combinations: sum(each.map(({ combinations }) => combinations)),
        isNested: each.some(({ isNested }) => isNested),
      };
    }
    if (Array.isArray(part)) return { keys: 1, combinations: part.length * depth, isNested: false };
    return { ...sizeOf(part as Readonly<Record<string, unknown>>, depth + 1), isNested: true };
  });
  return {
    keys: sum(sizes.map(({ keys }) => keys)),
    combinations: sizes.reduce((product, { combinations }) => product * combinations, 1),
    isNested: sizes.some(({ isNested }) => isNested),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
