import * as v from 'valibot';
import { nearest } from './nearest.ts';

/** Keys that are known but cannot stand here, each with what to tell whoever writes it. */
export type RefusedKeys = Readonly<Record<string, string>>;

/**
 * An object of settings. Every mistake in it is reported, not only the first: missing keys with what they expect,
 * unknown keys with the nearest known one, refused keys with their reason. A key that holds `undefined` counts as absent.
 */
export function settings<const Entries extends v.ObjectEntries>(
  entries: Entries,
  refused: RefusedKeys = {},
): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<Entries, undefined>>> {
  const known = Object.keys(entries);
  const shape = `{ ${known.join(', ')} }`;
  return v.pipe(
    // An array is an object to valibot.
    v.custom<Record<string, unknown>>(isRecord, (issue) => notA(issue.input, 'an object', shape)),
    v.transform(withoutUndefined),
    v.looseObject(entries, (issue) => missing(entries[`${issue.path?.at(-1)?.key}`])),
    v.rawCheck(({ dataset, addIssue }) => {
      const input: Record<string, unknown> = isRecord(dataset.value) ? dataset.value : {};
      for (const key of Object.keys(input)) {
        if (Object.hasOwn(entries, key)) continue;
        const reason = Object.hasOwn(refused, key) ? `${show(input[key])} ${refused[key]}` : unknownKey(key, known);
        addIssue(mistakeAt([key], reason));
      }
    }),
    // Every key of the loose object is a known one here: an unknown one was reported above.
    v.transform((value): v.InferOutput<v.ObjectSchema<Entries, undefined>> => value),
  );
}

/**
 * Members under names of the user's own choice, in their order. A Map: valibot's records leave out names such as `constructor`
 * without a word. A member that is `undefined` counts as absent.
 */
export function byName<T>(
  expected: string,
  name: v.GenericSchema<string>,
  member: v.GenericSchema<unknown, T>,
): v.GenericSchema<unknown, ReadonlyMap<string, T>> {
  return v.pipe(
    v.custom<Record<string, unknown>>(isRecord, (issue) => notA(issue.input, 'an object', expected)),
    v.transform((input) => new Map(Object.entries(withoutUndefined(input)))),
    v.map(name, member),
    v.description(expected),
  );
}

/** A mistake that a check finds in a member of what it checks: `mistakeAt(['buckets', 1], 'stands there twice')`. */
export function mistakeAt(path: readonly [string | number, ...(string | number)[]], message: string) {
  const item = (key: string | number): v.IssuePathItem => ({
    type: 'unknown',
    origin: 'value',
    input: undefined,
    key,
    value: undefined,
  });
  const [first, ...further] = path;
  return { message, path: [item(first), ...further.map(item)] satisfies [v.IssuePathItem, ...v.IssuePathItem[]] };
}

/** A key that cannot stand where it does, and the reason. */
export function refusedHere(reason: string): v.GenericSchema<never> {
  return v.custom<never>(
    () => false,
    (issue) => `${show(issue.input)} ${reason}`,
  );
}

/** One value: `noun` names what it should be, `expected` describes it, `accepts` decides. */
export function value<T>(noun: string, expected: string, accepts: (input: unknown) => boolean): v.GenericSchema<T> {
  return v.pipe(
    v.custom<T>(accepts, (issue) => notA(issue.input, noun, expected)),
    v.description(expected),
  );
}

export function oneOf<const T extends string | number>(noun: string, choices: readonly T[]): v.GenericSchema<T> {
  return value<T>(noun, `one of ${choices.join(', ')}`, (input) => (choices as readonly unknown[]).includes(input));
}

export function wholeNumber(noun: string, min: number, max: number, also?: number): v.GenericSchema<number> {
  const range = `a whole number from ${formatNumber(min)} to ${formatNumber(max)}`;
  return value<number>(
    noun,
    also === undefined ? range : `${range}, or ${also} for no end`,
    (input) => Number.isInteger(input) && (input === also || ((input as number) >= min && (input as number) <= max)),
  );
}

export const flag: v.GenericSchema<boolean> = value<boolean>(
  'a boolean',
  'true or false',
  (input) => typeof input === 'boolean',
);

/** `"2h" is not a bucket size; expected one of 1m, 1h`. */
export function notA(input: unknown, noun: string, expected: string): string {
  return `${show(input)} is not ${noun}; expected ${expected}`;
}

/** A value as its writer would recognize it, cut where it is long. */
export function show(input: unknown): string {
  if (typeof input === 'function') return 'a function';
  if (typeof input === 'bigint') return `${input}n`;
  if (input === undefined || typeof input === 'symbol' || typeof input === 'number') return String(input);
  const text = jsonOf(input) ?? Object.prototype.toString.call(input);
  return text.length <= 100 ? text : `${text.slice(0, 97)}...`;
}

export function isRecord(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

/** Undefined for what JSON cannot hold: cycles, big integers inside. */
function jsonOf(input: unknown): string | undefined {
  try {
    return JSON.stringify(input);
  } catch {
    return undefined;
  }
}

function missing(entry: v.GenericSchema | undefined): string {
  const expected = entry === undefined ? undefined : v.getDescription(entry);
  return expected === undefined ? 'is missing' : `is missing; expected ${expected}`;
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  const hint = near === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${near}?`;
  return `is not a known key; ${hint}`;
}

function withoutUndefined(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, member]) => member !== undefined));
}

function formatNumber(number: number): string {
  return number.toLocaleString('en-US');
}
