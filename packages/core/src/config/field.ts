import * as v from 'valibot';
import type { FieldPath } from '../config.ts';
import { value } from './settings.ts';

const expected = "a field such as 'event_type', a path such as 'detail.type', or its keys as an array";

/** A field of the event, as the keys that lead to it. */
export const field: v.GenericSchema<unknown, FieldPath> = v.pipe(
  value<string | readonly string[]>('a field', expected, isField),
  v.transform((input) => (typeof input === 'string' ? input.split('.') : [...input])),
  v.description(expected),
);

function isField(input: unknown): boolean {
  const keys: unknown[] = typeof input === 'string' ? input.split('.') : Array.isArray(input) ? input : [];
  return keys.length > 0 && keys.length <= 64 && keys.every((key) => typeof key === 'string' && key !== '');
}
