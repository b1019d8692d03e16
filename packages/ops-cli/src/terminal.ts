import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Where a command writes to. Results go to standard output, everything said on the way to standard error. */
export interface Terminal {
  /** Results: nothing else may stand on standard output. */
  write(text: string): void;
  /** Resolves when what was written has been taken up by a slow reader, for whoever writes without end. Absent where nothing has to be waited for. */
  readonly taken?: () => Promise<void>;
  /** Progress and remarks. */
  note(text: string): void;
  /** Whether standard error is a terminal that can be redrawn. */
  readonly live: boolean;
  /** Whether standard output is a terminal: a reader, not a program. */
  readonly interactive: boolean;
  readonly columns: number;
  /** From this call on, Ctrl-C aborts the signal, for a command that has something to say or to tidy up. A second Ctrl-C ends at once. */
  interruption(): AbortSignal;
  /** Asks on standard error; undefined where the answer is Ctrl-C or the end of the input. Absent where nobody is there to answer. */
  readonly ask?: (question: string) => Promise<string | undefined>;
}

/** The process's own streams. */
export function processTerminal(): Terminal {
  return {
    write: (text) => {
      process.stdout.write(text);
    },
    taken: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
    },
    note: (text) => {
      process.stderr.write(text);
    },
    live: process.stderr.isTTY === true,
    interactive: process.stdout.isTTY === true,
    // Asked anew each time: a window can be made narrower.
    get columns() {
      return process.stdout.columns ?? process.stderr.columns ?? 100;
    },
    interruption: () => {
      const interruption = new AbortController();
      process.once('SIGINT', () => interruption.abort());
      return interruption.signal;
    },
    ...(process.stdin.isTTY === true && process.stderr.isTTY === true ? { ask } : {}),
  };
}

async function ask(question: string): Promise<string | undefined> {
  const reading = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      reading.once('close', () => resolve(undefined));
      reading.question(question).then(resolve, reject);
    });
  } finally {
    reading.close();
  }
}
