import { type DeployedSource, parseDeployedSource, sourceOutputPrefix } from '@tidemark/core/deployment';
import { stageOf } from '@tidemark/local/control';
import { chooseStack, loadAssembly } from '@tidemark/local/template/assembly';
import { resolve } from '@tidemark/local/template/intrinsic';
import { Failure } from '@tidemark/ops-cli/failure';
import { chooseSource } from '@tidemark/ops-cli/target';

/**
 * The source of a synthesized stack that `--source` names, or the first: what is asked of it can be checked, and the clock set, before an
 * engine runs. Its resources have no names yet: their logical ids stand in the place of those. Throws a Failure where there is no
 * assembly, a UsageError where there is no such source.
 */
export async function synthesizedSource(assembly: string, name: string | undefined): Promise<DeployedSource> {
  const { stackName, template } = await loadAssembly(assembly)
    .then((stacks) => chooseStack(stacks, undefined))
    .catch((error: unknown) => {
      throw new Failure(error instanceof Error ? error.message : String(error), { cause: error });
    });
  const sources = Object.entries(template.Outputs)
    .filter(([key]) => key.startsWith(sourceOutputPrefix))
    .map(([key, { Value }]) => parseDeployedSource(String(resolve(Value, unresolved, key))))
    .sort((one, other) => one.position - other.position);
  if (sources.length === 0) throw new Failure(`Stack ${stackName} has no outputs that describe a source.`);
  return chooseSource({ stage: stageOf(stackName), sources }, name);
}

const unresolved = {
  ref: (name: string) => name,
  attribute: (logicalId: string, attribute: string) => `${logicalId}.${attribute}`,
  condition: () => undefined,
  mappings: {},
};
