import { engineTarget } from '@tidemark/ops-cli/target';
import type { Terminal } from '@tidemark/ops-cli/terminal';
import { runUnattended, type Said } from '@tidemark/ops-cli/unattended';
import type { DemoEngine } from './engine.ts';

/** `tidemark` in this process, on the stage `dev` of an engine; nobody sits in front of it, unless `more` answers. */
export function runCommand(
  { endpoint, region }: Pick<DemoEngine, 'endpoint' | 'region'>,
  argv: readonly string[],
  more: Partial<Terminal> = {},
): Promise<Said> {
  return runUnattended(argv, () => engineTarget(endpoint, 'dev', region), more);
}
