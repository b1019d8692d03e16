import type { FieldPath } from '../config.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Whole days by which to shift events so that the newest of them lies in the 24 hours up to `nowMs`. */
export function rebaseDays(newestMs: number, nowMs: number): number {
  return Math.floor((nowMs - newestMs) / dayMs);
}

/**
 * Shifts an event's time by whole days and leaves the rest of its line as it is, byte for byte: only the literal of the
 * time field is replaced, in its own format. Undefined where there is no such literal.
 */
export function rebaseLine(line: string, path: FieldPath, days: number): string | undefined {
  if (days === 0) return line;
  const found = findLiteral(line, path);
  if (found === undefined) return undefined;
  const shifted = shiftTime(found.value, found.literal, days);
  if (shifted === undefined) return undefined;
  // The literal may stand elsewhere in the line too. The right place is the one that changes what the path leads to.
  for (let at = line.indexOf(found.literal); at >= 0; at = line.indexOf(found.literal, at + 1)) {
    const candidate = line.slice(0, at) + shifted.literal + line.slice(at + found.literal.length);
    if (valueAt(candidate, path) === shifted.value) return candidate;
  }
  return undefined;
}

interface Literal {
  readonly value: unknown;
  /** As the line writes it, quotation marks included. */
  readonly literal: string;
}

function findLiteral(line: string, path: FieldPath): Literal | undefined {
  const last = path.at(-1);
  const literals = new WeakMap<object, string>();
  let root: unknown;
  try {
    root = parseWithSource(line, (holder, key, source) => {
      if (key === last) literals.set(holder, source);
    });
  } catch {
    return undefined;
  }
  const holder = follow(root, path.slice(0, -1));
  const literal = typeof holder === 'object' && holder !== null ? literals.get(holder) : undefined;
  return literal === undefined ? undefined : { value: follow(root, path), literal };
}

type Reviver = (this: object, key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** `JSON.parse` that tells the text of every string, number, boolean and null. TypeScript's library does not know that argument yet. */
function parseWithSource(text: string, tell: (holder: object, key: string, source: string) => void): unknown {
  const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;
  return parse(text, function (key, value, context) {
    if (context.source !== undefined) tell(this, key, context.source);
    return value;
  });
}

function valueAt(line: string, path: FieldPath): unknown {
  try {
    return follow(JSON.parse(line), path);
  } catch {
    return undefined;
  }
}

function follow(root: unknown, path: FieldPath): unknown {
  let at = root;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

/** A time shifted by whole days, in the format that it has: only the date of a text changes, only the number of an epoch. */
function shiftTime(value: unknown, literal: string, days: number): Literal | undefined {
  if (typeof value === 'number') return shiftEpoch(value, literal, days);
  if (typeof value !== 'string') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) {
    const shifted = shiftEpoch(Number(value), value, days);
    return { value: shifted.literal, literal: JSON.stringify(shifted.literal) };
  }
  const date = /^\d{4}-\d{2}-\d{2}/.exec(value)?.[0];
  if (date === undefined) return undefined;
  const dateMs = Date.parse(`${date}T00:00:00Z`) + days * dayMs;
  const shiftedDate = new Date(dateMs);
  if (Number.isNaN(dateMs) || Number.isNaN(shiftedDate.getTime())) return undefined;
  const shifted = shiftedDate.toISOString();
  // Years beyond 0000 to 9999 have another format.
  if (!/^\d{4}-/.test(shifted)) return undefined;
  const text = shifted.slice(0, 10) + value.slice(10);
  return { value: text, literal: JSON.stringify(text) };
}

/** Below this, an epoch is in seconds: as milliseconds it would lie before 1973. */
const secondsBelow = 100_000_000_000;

function shiftEpoch(value: number, literal: string, days: number): Literal {
  const shift = days * (Math.abs(value) < secondsBelow ? dayMs / 1000 : dayMs);
  const match = /^(-?\d+)(\.\d+)?$/.exec(literal);
  // An integer part shifted by itself keeps every digit behind the point.
  const text =
    match?.[1] !== undefined && value >= 0
      ? `${BigInt(match[1]) + BigInt(shift)}${match[2] ?? ''}`
      : JSON.stringify(value + shift);
  return { value: Number(text), literal: text };
}
