const newline = 0x0a;

/** A line without its end; undefined for one that is longer than may be. */
export type Line = string | undefined;

/** Parts a stream of bytes into lines, and holds no more of it than one line may have. */
export class Lines {
  readonly #bytesMax: number;
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The lines that end in `chunk`. */
  take(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    // No byte of a longer character of UTF-8 looks like a newline.
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(this.#line());
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  /** What stands after the last newline; none where nothing does. */
  end(): Line[] {
    return this.#bytes === 0 ? [] : [this.#line()];
  }

  #keep(piece: Uint8Array): void {
    if (piece.byteLength === 0) return;
    this.#bytes += piece.byteLength;
    if (this.#bytes > this.#bytesMax) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  #line(): Line {
    const line = this.#bytes > this.#bytesMax ? undefined : Buffer.concat(this.#pieces).toString('utf8');
    this.#pieces = [];
    this.#bytes = 0;
    return line;
  }
}
