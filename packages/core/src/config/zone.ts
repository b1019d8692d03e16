import * as v from 'valibot';
import { nearest } from './nearest.ts';
import { notA, show } from './settings.ts';

const expected = "a time zone of IANA such as 'UTC' or 'Europe/Berlin'";

/** The name of a time zone, spelled as IANA has it. */
export const zone: v.GenericSchema<unknown, string> = v.pipe(
  v.custom<string>(isZone, (issue) => mistakeOf(issue.input)),
  v.description(expected),
);

function isZone(input: unknown): boolean {
  const spelled = spellingOf(input);
  // Where Intl goes by another name of the zone, its spelling is left to AWS.
  return spelled !== undefined && (spelled === input || spelled.toLowerCase() !== String(input).toLowerCase());
}

/** The name by which Intl knows a zone; undefined for what is none. Intl takes offsets too, and words in any case. */
function spellingOf(input: unknown): string | undefined {
  if (typeof input !== 'string' || !/^[A-Za-z][\w+/-]*$/.test(input)) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: input }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function mistakeOf(input: unknown): string {
  const near = spellingOf(input) ?? (typeof input === 'string' ? nearest(input, zones()) : undefined);
  return near === undefined
    ? notA(input, 'a time zone', expected)
    : `${show(input)} is not a time zone; did you mean ${near}?`;
}

function zones(): readonly string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}
