import {
  CloudFormationClient,
  DescribeStacksCommand,
  type Output,
  paginateDescribeStacks,
} from '@aws-sdk/client-cloudformation';
import {
  type DeployedSource,
  type DeployedWorkflows,
  parseDeployedSource,
  parseDeployedWorkflows,
  sourceOutputPrefix,
  workflowsOutput,
} from '@tidemark/core/deployment';
import type { ClientSettings } from '../target.ts';

export interface DeployedStack {
  readonly status: string;
  /** In the order of the configuration. */
  readonly sources: readonly DeployedSource[];
  /** Absent where the stack was deployed by a version that has none. */
  readonly workflows?: DeployedWorkflows;
}

/** Reads a stack's description of its sources; undefined where there is no such stack. */
export async function findStack(settings: ClientSettings, name: string): Promise<DeployedStack | undefined> {
  const client = new CloudFormationClient(settings);
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const [stack] = Stacks;
    if (stack === undefined) return undefined;
    const outputs = stack.Outputs ?? [];
    const sources = outputs
      .filter(({ OutputKey = '' }) => OutputKey.startsWith(sourceOutputPrefix))
      .map((output) => parseOutput(name, output, parseDeployedSource))
      .sort((one, other) => one.position - other.position);
    const workflows = outputs.find(({ OutputKey }) => OutputKey === workflowsOutput);
    return {
      status: stack.StackStatus ?? 'unknown',
      sources,
      ...(workflows === undefined ? {} : { workflows: parseOutput(name, workflows, parseDeployedWorkflows) }),
    };
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

function parseOutput<Parsed>(
  stack: string,
  { OutputKey, OutputValue = '' }: Output,
  parse: (json: string) => Parsed,
): Parsed {
  try {
    return parse(OutputValue);
  } catch (error) {
    throw new Error(`Stack ${stack}, output ${OutputKey}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
