import { runCli } from '@tidemark/ops-cli/cli';
import { engineTarget } from '@tidemark/ops-cli/target';
import type { Terminal } from '@tidemark/ops-cli/terminal';
import type { DemoEngine } from './engine.ts';

export interface Said {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

/** `tidemark` in this process, on the stage `dev` of an engine; nobody sits in front of it, unless `more` answers. */
export async function runCommand(
  { endpoint, region }: Pick<DemoEngine, 'endpoint' | 'region'>,
  argv: readonly string[],
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
  const exitCode = await runCli(argv, terminal, () => engineTarget(endpoint, 'dev', region));
  return { exitCode, ...said };
}
