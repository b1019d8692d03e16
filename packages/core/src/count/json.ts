import type { JsonField } from './json-field.ts';
import { Words } from './json-words.ts';

/**
 * Reads JSON without making objects of it: checks every byte against the grammar and remembers where the values of a few
 * paths lie. Accepts what JSON.parse accepts and nothing else, but for nesting deeper than a bound. Two reasons to have it: it takes half the
 * time of JSON.parse, and a hostile record of ten million brackets costs no memory.
 *
 * The bytes are taken to be UTF-8; `nonAscii` tells whether that remains to be checked.
 */

/** By the letter behind the backslash: the length of the escape, backslash included; 0 where JSON has none. */
const escapeLengths = new Uint8Array(256);
for (const letter of '"\\/bfnrt') escapeLengths[letter.charCodeAt(0)] = 2;
escapeLengths[0x75] = 6;

export type JsonVerdict = 'object' | 'other' | 'empty' | 'invalid' | 'too-deep';

/** One scanner serves one record after the other; it is not reentrant. */
export class JsonScanner {
  /** Set by a scan: some byte of the record may be beyond ASCII. */
  nonAscii = false;
  /** Set by a scan that found invalid JSON: where, and what would have been right there. */
  failedAt = 0;
  expected = '';

  readonly #root: JsonField;
  readonly #depthMax: number;
  #bytes: Uint8Array = new Uint8Array();
  readonly #words = new Words();
  #end = 0;
  /** Of the string scanned last. */
  #escaped = false;
  #tooDeep = false;

  /** Looks for the fields in `root`. */
  constructor(root: JsonField, depthMax: number) {
    this.#root = root;
    this.#depthMax = depthMax;
  }

  /** Reads the one JSON value between `start` and `end`. */
  scan(bytes: Uint8Array, start: number, end: number): JsonVerdict {
    this.#bytes = bytes;
    this.#words.take(bytes);
    this.#end = end;
    this.#tooDeep = false;
    this.nonAscii = false;
    this.#words.seen = 0;
    this.#root.clear();
    const valueStart = this.#skipSpace(start);
    if (valueStart === end) return 'empty';
    let at = this.#value(valueStart, 0, this.#root);
    if (at >= 0) {
      at = this.#skipSpace(at);
      if (at < end) at = this.#fail(at, 'the end of the record');
    }
    if ((this.#words.seen & 0x80808080) !== 0) this.nonAscii = true;
    if (at < 0) return this.#tooDeep ? 'too-deep' : 'invalid';
    return bytes[valueStart] === 0x7b ? 'object' : 'other';
  }

  /**
   * This and the following return where the value ends, or -1. `depth`: containers around the value. `field`: the one whose value it is, if
   * the way to it lies on a path.
   */
  #value(at: number, depth: number, field: JsonField | undefined): number {
    const byte = at < this.#end ? (this.#bytes[at] as number) : 0;
    if (byte === 0x22) return this.#string(at + 1);
    if (byte === 0x7b) return this.#object(at + 1, depth, field);
    if (byte === 0x5b) return this.#array(at + 1, depth);
    if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) return this.#number(at);
    if (byte === 0x74) return this.#word(at, 'true');
    if (byte === 0x66) return this.#word(at, 'false');
    if (byte === 0x6e) return this.#word(at, 'null');
    return this.#fail(at, 'a JSON value');
  }

  #object(start: number, depth: number, field: JsonField | undefined): number {
    if (depth === this.#depthMax) return this.#failTooDeep(start - 1);
    const bytes = this.#bytes;
    let at = this.#skipSpace(start);
    if (this.#is(at, 0x7d)) return at + 1;
    for (;;) {
      if (!this.#is(at, 0x22)) return this.#fail(at, 'a key in double quotes');
      const keyStart = at + 1;
      at = this.#string(keyStart);
      if (at < 0) return at;
      const inner = field?.follow(bytes, keyStart, at - 1, this.#escaped);
      at = this.#skipSpace(at);
      if (!this.#is(at, 0x3a)) return this.#fail(at, "':'");
      const valueStart = this.#skipSpace(at + 1);
      // Of equal keys the last wins, and what an earlier one led to, however deep, is forgotten.
      inner?.clear();
      at = this.#value(valueStart, depth + 1, inner);
      if (at < 0) return at;
      inner?.take(valueStart, at, this.#escaped);
      at = this.#skipSpace(at);
      if (this.#is(at, 0x7d)) return at + 1;
      if (!this.#is(at, 0x2c)) return this.#fail(at, "',' or '}'");
      at = this.#skipSpace(at + 1);
    }
  }

  #array(start: number, depth: number): number {
    if (depth === this.#depthMax) return this.#failTooDeep(start - 1);
    let at = this.#skipSpace(start);
    if (this.#is(at, 0x5d)) return at + 1;
    for (;;) {
      at = this.#value(at, depth + 1, undefined);
      if (at < 0) return at;
      at = this.#skipSpace(at);
      if (this.#is(at, 0x5d)) return at + 1;
      if (!this.#is(at, 0x2c)) return this.#fail(at, "',' or ']'");
      at = this.#skipSpace(at + 1);
    }
  }

  /** From behind the opening quote to behind the closing one. */
  #string(start: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = start;
    this.#escaped = false;
    for (;;) {
      at = this.#words.skipPlain(at);
      if (at >= end) return this.#fail(end, 'the closing quote of a string');
      const byte = bytes[at] as number;
      if (byte === 0x22) return at + 1;
      if (byte < 0x20) return this.#fail(at, 'an escape in place of a control character');
      if (byte === 0x5c) {
        const length = this.#escape(at + 1);
        if (length < 0) return length;
        this.#escaped = true;
        at += length;
      } else {
        if (byte >= 0x80) this.nonAscii = true;
        at += 1;
      }
    }
  }

  /** The length of the escape whose letter stands at `at`, backslash included. */
  #escape(at: number): number {
    const length = at < this.#end ? (escapeLengths[this.#bytes[at] as number] as number) : 0;
    if (length === 0) return this.#fail(at, 'an escape of JSON');
    for (let index = at + 1; index < at + length - 1; index += 1) {
      if (index >= this.#end || !isHexDigit(this.#bytes[index] as number)) return this.#fail(index, 'four hex digits');
    }
    return length;
  }

  #number(start: number): number {
    let at = this.#is(start, 0x2d) ? start + 1 : start;
    // No digit may follow a leading zero.
    const integerEnd = this.#is(at, 0x30) ? at + 1 : this.#skipDigits(at);
    if (integerEnd === at) return this.#fail(at, 'a digit');
    at = integerEnd;
    if (this.#is(at, 0x2e)) {
      const fractionEnd = this.#skipDigits(at + 1);
      if (fractionEnd === at + 1) return this.#fail(fractionEnd, 'a digit');
      at = fractionEnd;
    }
    if (this.#is(at, 0x65) || this.#is(at, 0x45)) {
      const exponent = this.#is(at + 1, 0x2b) || this.#is(at + 1, 0x2d) ? at + 2 : at + 1;
      at = this.#skipDigits(exponent);
      if (at === exponent) return this.#fail(at, 'a digit');
    }
    return at;
  }

  #word(at: number, word: string): number {
    for (let index = 0; index < word.length; index += 1) {
      if (!this.#is(at + index, word.charCodeAt(index))) return this.#fail(at, 'a JSON value');
    }
    return at + word.length;
  }

  #is(at: number, byte: number): boolean {
    return at < this.#end && this.#bytes[at] === byte;
  }

  #skipDigits(start: number): number {
    let at = start;
    while (at < this.#end && (this.#bytes[at] as number) >= 0x30 && (this.#bytes[at] as number) <= 0x39) at += 1;
    return at;
  }

  #skipSpace(start: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = start;
    while (at < end) {
      const byte = bytes[at] as number;
      if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) break;
      at += 1;
    }
    return at;
  }

  #failTooDeep(at: number): number {
    this.#tooDeep = true;
    return this.#fail(at, 'less nesting');
  }

  #fail(at: number, expected: string): number {
    this.failedAt = at;
    this.expected = expected;
    return -1;
  }
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
