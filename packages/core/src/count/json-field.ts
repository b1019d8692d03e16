import type { FieldPath } from '../config.ts';

/** Where the value of one path lies, once scanned. */
export class JsonField {
  /** Where the value begins; -1: the path leads nowhere. */
  start = -1;
  /** Where it ends, exclusive. */
  end = -1;
  /** For a string: it holds escapes. */
  escaped = false;
  readonly path: FieldPath;
  readonly #keys: readonly Uint8Array[];
  /** The key that is looked for in the object at `#level`. */
  #key: Uint8Array;
  /** How many of the objects around the scan's position lie on the path. */
  #level = 0;

  /** `path` has at least one key. */
  constructor(path: FieldPath) {
    this.path = path;
    this.#keys = path.map((key) => Buffer.from(key));
    this.#key = this.#keyAt(0);
  }

  clear(): void {
    this.start = -1;
    this.#lookIn(0);
  }

  /**
   * Whether the key between `start` and `end`, in an object at `depth`, is the next of the path. If so, what an earlier key
   * of the same name led to is forgotten: the last one wins.
   */
  follows(bytes: Uint8Array, start: number, end: number, escaped: boolean, depth: number): boolean {
    if (this.#level !== depth) return false;
    if (escaped ? !isEscaped(this.#key, bytes, start, end) : !isSame(this.#key, bytes, start, end)) return false;
    this.start = -1;
    if (depth + 1 < this.#keys.length) this.#lookIn(depth + 1);
    return true;
  }

  /** Takes the value between `start` and `end`, if its key was the last of the path, and looks on in the object at `depth`. */
  take(start: number, end: number, escaped: boolean, depth: number): void {
    if (depth + 1 < this.#keys.length) {
      this.#lookIn(depth);
      return;
    }
    this.start = start;
    this.end = end;
    this.escaped = escaped;
  }

  #lookIn(depth: number): void {
    this.#level = depth;
    this.#key = this.#keyAt(depth);
  }

  #keyAt(depth: number): Uint8Array {
    const key = this.#keys[depth];
    if (key === undefined) throw new RangeError(`path: ${JSON.stringify(this.path)} has no key ${depth}`);
    return key;
  }
}

function isSame(key: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let index = 0; index < key.length; index += 1) {
    if (key[index] !== bytes[start + index]) return false;
  }
  return true;
}

/** For a key written with escapes: `"event\u005ftype"` is `event_type`. */
function isEscaped(key: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  return Buffer.from(textOfString(bytes, start, end, true)).equals(key);
}

/** The text of the scanned JSON string whose content lies between `start` and `end`, without its quotes. */
export function textOfString(bytes: Uint8Array, start: number, end: number, escaped: boolean): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
  return escaped ? (JSON.parse(`"${text}"`) as string) : text;
}
