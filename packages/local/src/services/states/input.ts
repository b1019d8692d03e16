import { causeCharactersMax, errorCharactersMax } from '../../states/limits.ts';
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

/** One of the values that the member may have; undefined where it is absent. Throws ValidationException. */
export function readChoice(input: Input, name: string, values: readonly string[]): string | undefined {
  const given = textOf(input, name);
  if (given === undefined || values.includes(given)) return given;
  throw validation(
    `1 validation error detected: Value '${given}' at '${name}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
  );
}

/** Whether what an execution or a state machine holds is to be shown, and not its metadata alone. */
export function includesData(input: Input): boolean {
  return readChoice(input, 'includedData', ['ALL_DATA', 'METADATA_ONLY']) !== 'METADATA_ONLY';
}

/** `error` and `cause`, as far as they are given. Throws ValidationException for one that is too long. */
export function readFailure(input: Input): { readonly error?: string; readonly cause?: string } {
  const error = readBounded(input, 'error', errorCharactersMax);
  const cause = readBounded(input, 'cause', causeCharactersMax);
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
}

function readBounded(input: Input, name: string, charactersMax: number): string | undefined {
  const text = textOf(input, name);
  if (text === undefined || text.length <= charactersMax) return text;
  throw validation(
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must have length less than or equal to ${charactersMax}`,
  );
}

/** A number from 0 on; undefined where it is absent. Throws ValidationException. */
export function readLimit(input: Input, name: string, max = Number.MAX_SAFE_INTEGER): number | undefined {
  const value = numberOf(input, name);
  if (value === undefined || (value >= 0 && value <= max)) return value;
  const bound = value < 0 ? 'greater than or equal to 0' : `less than or equal to ${max}`;
  throw validation(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value ${bound}`,
  );
}
