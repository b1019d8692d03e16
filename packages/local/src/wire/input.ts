import type { Input } from './rpc.ts';

/** Members of an input whose protocol may write every value as text. Undefined where the member is absent or something else. */
export function textOf(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(input: Input, name: string): number | undefined {
  const value = input[name];
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : undefined;
}

export function flagOf(input: Input, name: string): boolean | undefined {
  const value = input[name];
  return value === undefined || value === null ? undefined : value === true || value === 'true';
}

/** A time in milliseconds: JSON has seconds, CBOR a tagged number of seconds, the query protocol ISO 8601. */
export function timeMsOf(input: Input, name: string): number | undefined {
  const value = input[name];
  if (typeof value === 'number') return Math.round(value * 1_000);
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'string') return Date.parse(value);
  const tagged = typeof value === 'object' && value !== null && 'value' in value ? value.value : undefined;
  return typeof tagged === 'number' ? Math.round(tagged * 1_000) : undefined;
}

export function objectOf(input: Input, name: string): Input | undefined {
  const value = input[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Input) : undefined;
}

/** The items that are objects; undefined where the member is no list. */
export function objectsOf(input: Input, name: string): readonly Input[] | undefined {
  const value = input[name];
  if (!Array.isArray(value)) return undefined;
  return value.filter((item): item is Input => typeof item === 'object' && item !== null);
}

export function numbersOf(input: Input, name: string): readonly number[] | undefined {
  const value = input[name];
  return Array.isArray(value) ? value.map(Number) : undefined;
}
