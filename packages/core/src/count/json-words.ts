/** The first byte in memory is the lowest of a word: so on all of Lambda. Elsewhere the scan goes byte by byte. */
const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/**
 * The bytes of a record, four at a time. Most of a record is the inside of strings: skipping it by words takes half as long as byte
 * by byte.
 */
export class Words {
  /** All the words that were passed since it was last set to 0, one over the other: tells whether they can hold more than ASCII. */
  seen = 0;
  #bytes: Uint8Array = new Uint8Array();
  #words: Int32Array = new Int32Array();

  take(bytes: Uint8Array): void {
    if (bytes === this.#bytes) return;
    const usable = isLittleEndian && bytes.byteOffset % 4 === 0;
    this.#bytes = bytes;
    this.#words = usable ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2) : new Int32Array();
  }

  /**
   * From `at` to the next quote, backslash or control character, or now and then to a plain byte before it. May end past the end of
   * what is scanned.
   */
  skipPlain(at: number): number {
    const words = this.#words;
    let index = at >> 2;
    if (index >= words.length) return at;
    let word = words[index] as number;
    let seen = word;
    // Of the first word, only what begins at `at`.
    let marks = marksOf(word) & (-1 << ((at & 3) << 3));
    while (marks === 0) {
      index += 1;
      if (index >= words.length) break;
      word = words[index] as number;
      seen |= word;
      marks = marksOf(word);
    }
    this.seen |= seen;
    if (marks === 0) return index << 2;
    const lowestMark = 31 - Math.clz32(marks & -marks);
    return (index << 2) + (lowestMark >> 3);
  }
}

/**
 * Marks the highest bit of every byte of a word that is a quote, a backslash or below 0x20. Taking n from a byte below 0x80 sets
 * its highest bit when the byte is below n; only such a byte borrows from the next, which may then be marked for nothing.
 */
function marksOf(word: number): number {
  const quotes = (word ^ 0x22222222) - 0x01010101;
  const backslashes = (word ^ 0x5c5c5c5c) - 0x01010101;
  return (quotes | backslashes | (word - 0x20202020)) & ~word & 0x80808080;
}
