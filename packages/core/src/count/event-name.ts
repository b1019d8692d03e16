import { nameBytesMax } from '../limits.ts';
import { otherSeries } from '../series/partial.ts';
import type { MalformedReason } from './outcome.ts';

/**
 * What may name a series. A good name is taken exactly as written: nothing is trimmed, folded or normalised, so that `page view`,
 * `Page view` and `page view ` are three series.
 */

/** Control characters, line and paragraph separators, and surrogates without their other half. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Why `name` cannot name a series, or undefined. */
export function refusalOfName(name: string): MalformedReason | undefined {
  // CloudWatch takes no dimension of nothing but white space.
  if (name.trim() === '') return 'name-empty';
  if (Buffer.byteLength(name) > nameBytesMax) return 'name-too-long';
  if (unprintable.test(name)) return 'name-not-printable';
  if (name === otherSeries) return 'name-reserved';
  return undefined;
}

interface KnownName {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A power of two, above the names of most sources. */
const knownNamesMax = 1024;
const knownNames: (KnownName | undefined)[] = new Array<KnownName | undefined>(knownNamesMax).fill(undefined);

/**
 * The good name whose UTF-8 lies between `start` and `end`, if it was remembered and not yet displaced. Spares the ordinary event
 * a new string, its checks and its hash; it never changes what is decided.
 */
export function knownName(bytes: Uint8Array, start: number, end: number): string | undefined {
  const known = knownNames[placeOf(bytes, start, end)];
  if (known === undefined || known.bytes.length !== end - start) return undefined;
  for (let index = start; index < end; index += 1) {
    if (known.bytes[index - start] !== bytes[index]) return undefined;
  }
  return known.name;
}

/** Remembers a good name of at most `nameBytesMax` bytes, in place of whichever shares its place. */
export function rememberName(name: string, bytes: Uint8Array, start: number, end: number): void {
  // A copy: the slice of a Buffer would be a view of memory that the next record overwrites.
  knownNames[placeOf(bytes, start, end)] = { name, bytes: new Uint8Array(bytes.subarray(start, end)) };
}

function placeOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let index = start; index < end; index += 1) hash = (Math.imul(hash, 31) + (bytes[index] as number)) | 0;
  return (hash ^ (hash >>> 10)) & (knownNamesMax - 1);
}
