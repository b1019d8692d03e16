import type { Readable } from 'node:stream';

/**
 * Splits a sandbox's output into lines. `mark` is a line that the sandbox writes after its handler's last one: it is not
 * passed on, and `marked` resolves when it has come. A line that is not ended when the mark comes counts as a line.
 */
export class LogLines {
  #rest = '';
  #awaited: { mark: string; resolve: () => void } | undefined;
  readonly #line: (text: string) => void;

  constructor(stream: Readable, line: (text: string) => void) {
    this.#line = line;
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => this.#push(chunk));
    stream.on('close', () => this.#end());
    stream.on('error', () => this.#end());
  }

  /** Resolves when the line has come, or when nothing can come any more. To be called before the line can come. */
  marked(mark: string): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited = { mark, resolve };
    });
  }

  #push(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const part of lines) {
      // The runtime writes a message of several lines as one, with carriage returns in it.
      const line = part.replaceAll('\r', '\n');
      if (this.#awaited === undefined || !line.endsWith(this.#awaited.mark)) {
        this.#line(line);
        continue;
      }
      const before = line.slice(0, -this.#awaited.mark.length);
      if (before !== '') this.#line(before);
      this.#settle();
    }
  }

  #end(): void {
    if (this.#rest !== '') this.#line(this.#rest);
    this.#rest = '';
    this.#settle();
  }

  #settle(): void {
    this.#awaited?.resolve();
    this.#awaited = undefined;
  }
}
