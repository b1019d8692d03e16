import type { FieldPath } from '../config.ts';

/**
 * One key of the paths that are looked for: where its value lies, once scanned. The fields of a scan are a tree, since paths may begin alike,
 * and one may go on where another ends.
 */
export class JsonField {
  /** Where the value begins; -1: the path leads nowhere. */
  start = -1;
  /** Where it ends, exclusive. */
  end = -1;
  /** For a string: it holds escapes. */
  escaped = false;
  readonly path: FieldPath;
  readonly #key: Uint8Array;
  readonly #inner: JsonField[] = [];
  /** A bit for the length of every key among the inner ones, modulo 32: most keys of an event are passed over by it. */
  #lengths = 0;

  /** Without a path, the record itself: what the others are looked for in. */
  constructor(path: FieldPath = []) {
    this.path = path;
    this.#key = Buffer.from(path.at(-1) ?? '');
  }

  /** The field that `path`, of at least one key, leads to from here: the same one for the same path. */
  at(path: FieldPath): JsonField {
    const [key, ...rest] = path;
    if (key === undefined) throw new RangeError('path: no keys, expected at least one');
    let field = this.#inner.find((inner) => inner.path.at(-1) === key);
    if (field === undefined) {
      field = new JsonField([...this.path, key]);
      this.#inner.push(field);
      this.#lengths |= 1 << field.#key.length;
    }
    return rest.length === 0 ? field : field.at(rest);
  }

  /** Forgets what was found, here and further in. */
  clear(): void {
    this.start = -1;
    for (let index = 0; index < this.#inner.length; index += 1) (this.#inner[index] as JsonField).clear();
  }

  /** The field that the key between `start` and `end` leads to, in the object that is this one's value. */
  follow(bytes: Uint8Array, start: number, end: number, escaped: boolean): JsonField | undefined {
    if (escaped) return this.#followEscaped(bytes, start, end);
    if (((this.#lengths >>> (end - start)) & 1) === 0) return undefined;
    const inner = this.#inner;
    for (let index = 0; index < inner.length; index += 1) {
      const field = inner[index] as JsonField;
      if (isSame(field.#key, bytes, start, end)) return field;
    }
    return undefined;
  }

  take(start: number, end: number, escaped: boolean): void {
    this.start = start;
    this.end = end;
    this.escaped = escaped;
  }

  /** For a key written with escapes: `"event\u005ftype"` is `event_type`. */
  #followEscaped(bytes: Uint8Array, start: number, end: number): JsonField | undefined {
    if (this.#inner.length === 0) return undefined;
    const key = textOfString(bytes, start, end, true);
    return this.#inner.find(({ path }) => path.at(-1) === key);
  }
}

function isSame(key: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let index = 0; index < key.length; index += 1) {
    if (key[index] !== bytes[start + index]) return false;
  }
  return true;
}

/** The text of the scanned JSON string whose content lies between `start` and `end`, without its quotes. */
export function textOfString(bytes: Uint8Array, start: number, end: number, escaped: boolean): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
  return escaped ? (JSON.parse(`"${text}"`) as string) : text;
}
