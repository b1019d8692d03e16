import { numberOf, textOf } from '../../wire/input.ts';
import type { Input } from '../../wire/rpc.ts';
import { invalidName, validation } from './failures.ts';

/** Inputs and outputs of executions and tasks, in characters. */
const dataCharactersMax = 262_144;
const nameCharactersMax = 80;
const pageDefault = 100;
const pageMax = 1_000;

/** Throws ValidationException where the member is missing or too long. */
export function requireText(input: Input, name: string): string {
  const text = textOf(input, name);
  if (text !== undefined) return text;
  throw validation(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

/** JSON of a bounded size; `invalid` says what the service answers where it is none. */
export function requireJson(text: string, name: string, invalid: (reason: string) => Error): string {
  if (text.length > dataCharactersMax) {
    throw validation(
      `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must have length less than or equal to ${dataCharactersMax}`,
    );
  }
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

/** A name for an execution. Throws InvalidName. */
export function requireName(name: string): string {
  if (name.length > nameCharactersMax) {
    throw validation(
      `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must have length less than or equal to ${nameCharactersMax}`,
    );
  }
  if (name === '' || forbidden.test(name)) throw invalidName(name);
  return name;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what names must not have.
const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

/** `maxResults`, of which 0 means the default. */
export function pageSize(input: Input): number {
  const size = numberOf(input, 'maxResults') ?? 0;
  if (Number.isInteger(size) && size >= 0 && size <= pageMax) return size === 0 ? pageDefault : size;
  throw validation(
    `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to ${pageMax}`,
  );
}

/** Where a page goes on; undefined for the first. Throws InvalidToken. */
export function readPageToken(input: Input, invalid: () => Error): number | undefined {
  const token = textOf(input, 'nextToken');
  if (token === undefined) return undefined;
  const position = Buffer.from(token, 'base64').toString('utf8');
  if (/^\d+$/.test(position)) return Number(position);
  throw invalid();
}

export function pageToken(position: number): string {
  return Buffer.from(String(position)).toString('base64');
}
