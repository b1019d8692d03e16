/** Lines of one read of the input, as they are, without their line feeds. */
export interface LineChunk {
  readonly lines: readonly Buffer[];
  /** Numbers, counted from 1, of lines that were longer than `lineBytesMax`; they are not among `lines`. */
  readonly tooLong: readonly number[];
}

const lineFeed = 0x0a;

/**
 * Splits a stream of any size into lines, chunk by chunk. No line is held beyond `lineBytesMax`: the rest of a longer one is
 * passed over. A byte order mark at the beginning belongs to the file, not to its first line, and is left out.
 */
export async function* readLines(input: AsyncIterable<Buffer>, lineBytesMax: number): AsyncGenerator<LineChunk> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let number = 0;
  let first = true;
  for await (const chunk of input) {
    const lines: Buffer[] = [];
    const tooLong: number[] = [];
    let start = first && isByteOrderMark(chunk) ? 3 : 0;
    first = false;
    for (let end = chunk.indexOf(lineFeed, start); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      const tail = chunk.subarray(start, end);
      start = end + 1;
      number += 1;
      if (pendingBytes + tail.length > lineBytesMax) tooLong.push(number);
      else lines.push(pending.length === 0 ? tail : Buffer.concat([...pending, tail]));
      pending = [];
      pendingBytes = 0;
    }
    const rest = chunk.subarray(start);
    pendingBytes += rest.length;
    if (pendingBytes > lineBytesMax) pending = [];
    else if (rest.length > 0) pending.push(rest);
    if (lines.length > 0 || tooLong.length > 0) yield { lines, tooLong };
  }
  if (pendingBytes > lineBytesMax) yield { lines: [], tooLong: [number + 1] };
  else if (pendingBytes > 0) yield { lines: [Buffer.concat(pending)], tooLong: [] };
}

function isByteOrderMark(chunk: Buffer): boolean {
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
}
