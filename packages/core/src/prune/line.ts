import { formatInstant } from '../series/bucket.ts';
import { decodeBucket, encodeBucket } from '../series/key.ts';

/** An item of the Series table, as it lies there (`BucketItem`, `WindowItem`): its two keys, and whatever else it has. */
export interface StoredItem {
  readonly EventName: string;
  readonly Bucket: string;
  readonly [attribute: string]: unknown;
}

/** What is wrong with a line. */
export interface BadLine {
  readonly bad: string;
}

/** What the key says, once more, so that whoever queries the lines need not take it apart. */
interface KeyParts {
  readonly Size: string;
  readonly Generation: number;
  /** `2026-08-01 09:00:00`, UTC: as Athena reads timestamps. */
  readonly Start: string;
  readonly Slice: string;
}

const keyParts = ['Size', 'Generation', 'Start', 'Slice'] as const;

/**
 * One item as one line, without its end: everything that it has, by name, and at last the parts of its key. Items are the same exactly when their lines are,
 * whatever the order of their attributes. Throws a RangeError for an item whose key is none of the Series table's.
 */
export function encodeLine(item: StoredItem): string {
  const { EventName, Bucket, ...rest } = item;
  return JSON.stringify({ EventName, Bucket, ...sorted(rest), ...keyPartsOf(Bucket) });
}

/** The item of a line without its end, as it lay in the table, or what is wrong with the line. */
export function decodeLine(line: string): StoredItem | BadLine {
  const parsed = parse(line);
  if (parsed === undefined) return { bad: 'is not a JSON object' };
  const { Size, Generation, Start, Slice, EventName, Bucket, ...rest } = parsed;
  if (typeof EventName !== 'string' || EventName === '') return { bad: 'names no series' };
  const parts = typeof Bucket === 'string' ? readKeyParts(Bucket) : undefined;
  if (typeof Bucket !== 'string' || parts === undefined) return { bad: 'names no bucket' };
  const said = { Size, Generation, Start, Slice };
  const wrong = keyParts.find((part) => said[part] !== parts[part]);
  if (wrong !== undefined) return { bad: `says ${wrong} ${JSON.stringify(said[wrong])}, and its key ${parts[wrong]}` };
  return { EventName, Bucket, ...rest };
}

export function isBadLine(read: StoredItem | BadLine): read is BadLine {
  return !('EventName' in read);
}

function keyPartsOf(bucket: string): KeyParts {
  const { size, generation, startMs, slice } = decodeBucket(bucket);
  const Start = formatInstant(startMs).replace('T', ' ').replace('Z', '');
  return { Size: size, Generation: generation, Start, Slice: slice };
}

/** Undefined for what is no key, or not the way in which keys are written. */
function readKeyParts(bucket: string): KeyParts | undefined {
  try {
    return encodeBucket(decodeBucket(bucket)) === bucket ? keyPartsOf(bucket) : undefined;
  } catch {
    return undefined;
  }
}

/** The members of an object by name, and those of every object in it. */
function sorted(value: object): object {
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, isObject(member) ? sorted(member) : member]),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
