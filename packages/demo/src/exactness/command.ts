import type { Engine } from '@tidemark/local/engine';
import { runCli } from '@tidemark/ops-cli/cli';
import { engineTarget } from '@tidemark/ops-cli/target';

export interface Said {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

/** `tidemark` in this process, on the stage that the engine runs; nobody sits in front of it. */
export async function runCommand({ endpoint, region }: Engine, argv: readonly string[]): Promise<Said> {
  const said = { out: '', error: '' };
  const terminal = {
    write: (text: string) => {
      said.out += text;
    },
    note: (text: string) => {
      said.error += text;
    },
    ...{ live: false, interactive: false, columns: 100 },
    interruption: () => new AbortController().signal,
  };
  const exitCode = await runCli(argv, terminal, () => engineTarget(endpoint, 'dev', region));
  return { exitCode, ...said };
}
