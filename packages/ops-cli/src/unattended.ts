import { type FindTarget, runCli } from './cli.ts';
import type { Terminal } from './terminal.ts';

/** What a command came to. */
export interface Said {
  readonly exitCode: number;
  /** Standard output, and standard error. */
  readonly out: string;
  readonly error: string;
}

/** Runs `tidemark` in this process, and keeps what it says: nobody sits in front of it, unless `more` does. */
export async function runUnattended(
  argv: readonly string[],
  findTarget: FindTarget,
  more: Partial<Terminal> = {},
): Promise<Said> {
  const said = { out: '', error: '' };
  const terminal: Terminal = {
    write: (text) => {
      said.out += text;
    },
    note: (text) => {
      said.error += text;
    },
    ...{ live: false, interactive: false, columns: 100 },
    interruption: () => new AbortController().signal,
    ...more,
  };
  const exitCode = await runCli(argv, terminal, findTarget);
  return { exitCode, ...said };
}
