import { randomBytes } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { MeasureTotal, WindowTotal } from '@tidemark/core/series/window-total';
import { readLines } from '../produce/lines.ts';

/** A row of the scratch file, one a line: JSON keeps every finite double as it is. */
type Line = readonly [string, number, number, number, readonly (readonly [string, MeasureTotal])[]];

/** Bytes of a line; names and measures are bounded, and a row takes some thousands. */
const lineBytesMax = 1024 * 1024;

/**
 * Windows on their way to a file whose columns are their measures: which ones there are is known only when the last row was read. They wait
 * in a file without a name, which goes with the process however that ends.
 */
export class WindowScratch {
  readonly #file: FileHandle;
  readonly #measures = new Set<string>();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** In `folder`, which has room for the export too. */
  static async open(folder: string): Promise<WindowScratch> {
    const path = join(folder, `tidemark-export.${randomBytes(6).toString('hex')}.rows`);
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return new WindowScratch(file);
  }

  /** Every measure that a row held. */
  get measures(): ReadonlySet<string> {
    return this.#measures;
  }

  async add(totals: readonly WindowTotal[]): Promise<void> {
    for (const { measures } of totals) for (const name of measures.keys()) this.#measures.add(name);
    const lines = totals.map(
      ({ name, startMs, endMs, records, measures }): Line => [
        ...([name, startMs, endMs, records] as const),
        [...measures],
      ],
    );
    await this.#file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  /** Everything that was added, in its order. */
  async *rows(): AsyncGenerator<WindowTotal[]> {
    const input = this.#file.createReadStream({ start: 0, autoClose: false });
    for await (const { lines, tooLong } of readLines(input, lineBytesMax)) {
      if (tooLong.length > 0) throw new Error(`a row of a window takes more than ${lineBytesMax} bytes`);
      yield lines.map((line) => totalOf(JSON.parse(line.toString('utf8')) as Line));
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function totalOf([name, startMs, endMs, records, measures]: Line): WindowTotal {
  return { name, startMs, endMs, records, measures: new Map(measures) };
}
