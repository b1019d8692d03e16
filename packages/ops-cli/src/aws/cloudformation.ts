import { CloudFormationClient, DescribeStacksCommand, paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { type DeployedSource, parseDeployedSource, sourceOutputPrefix } from '@tidemark/core/deployment';
import type { ClientSettings } from '../target.ts';

export interface DeployedStack {
  readonly status: string;
  /** In the order of the configuration. */
  readonly sources: readonly DeployedSource[];
}

/** Reads a stack's description of its sources; undefined where there is no such stack. */
export async function findStack(settings: ClientSettings, name: string): Promise<DeployedStack | undefined> {
  const client = new CloudFormationClient(settings);
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const [stack] = Stacks;
    if (stack === undefined) return undefined;
    const sources = (stack.Outputs ?? [])
      .filter(({ OutputKey = '' }) => OutputKey.startsWith(sourceOutputPrefix))
      .map(({ OutputKey, OutputValue = '' }) => parseOutput(name, OutputKey, OutputValue))
      .sort((one, other) => one.position - other.position);
    return { status: stack.StackStatus ?? 'unknown', sources };
  } catch (error) {
    // CloudFormation has no error of its own for a stack that does not exist.
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message))
      return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}

/** Names of the stacks that begin with `prefix`. */
export async function deployedStacks(settings: ClientSettings, prefix: string): Promise<string[]> {
  const client = new CloudFormationClient(settings);
  try {
    const names: string[] = [];
    for await (const page of paginateDescribeStacks({ client }, {})) {
      for (const { StackName = '' } of page.Stacks ?? []) if (StackName.startsWith(prefix)) names.push(StackName);
    }
    return names.sort();
  } finally {
    client.destroy();
  }
}

function parseOutput(stack: string, key: string | undefined, value: string): DeployedSource {
  try {
    return parseDeployedSource(value);
  } catch (error) {
    throw new Error(`Stack ${stack}, output ${key}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
