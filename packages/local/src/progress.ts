import type { WriteStream } from 'node:tty';

export interface Progress {
  readonly step: (text: string) => void;
  /** Takes the line away. */
  end(): void;
}

const clearLine = '\r\u001b[2K';

/** One line on a terminal that says what is being done; nothing where the stream is no terminal. */
export function showProgress(stream: Pick<WriteStream, 'isTTY' | 'columns' | 'write'>): Progress {
  if (!stream.isTTY) return { step: () => {}, end: () => {} };
  return {
    step: (text) => void stream.write(`${clearLine}${`Starting: ${text}`.slice(0, (stream.columns || 80) - 1)}`),
    end: () => void stream.write(clearLine),
  };
}
