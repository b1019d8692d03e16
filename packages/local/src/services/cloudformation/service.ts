import type { Service } from '../../gateway/service.ts';
import type { DeployedResource, Deployment } from '../../template/deploy.ts';
import { ServiceFailure } from '../../wire/failure.ts';
import { textOf } from '../../wire/input.ts';
import { type Input, rpcService } from '../../wire/rpc.ts';

/** The one stack that the engine runs. */
export interface RunningStack {
  readonly deployment: Deployment;
  readonly templateText: string;
  readonly description: string | undefined;
  readonly outputDescriptions: Readonly<Record<string, string | undefined>>;
  readonly createdMs: number;
}

/** What tools ask CloudFormation to find a stack's resources. `stack` gives undefined while it is being created. */
export function cloudFormationService(stack: () => RunningStack | undefined): Service {
  const named = (input: Input): RunningStack => {
    const name = textOf(input, 'StackName');
    const running = stack();
    const { stackName, stackId } = running?.deployment ?? {};
    if (running !== undefined && (name === stackName || name === stackId)) return running;
    throw new ServiceFailure({ code: 'ValidationError', message: `Stack with id ${name} does not exist` });
  };
  return rpcService({
    name: 'CloudFormation',
    xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    operations: {
      DescribeStacks: (input) => {
        const running = textOf(input, 'StackName') === undefined ? stack() : named(input);
        return { Stacks: running === undefined ? [] : [describeStack(running)] };
      },
      ListStacks: () => {
        const running = stack();
        return { StackSummaries: running === undefined ? [] : [summary(running)] };
      },
      ListStackResources: (input) => {
        const running = named(input);
        return {
          StackResourceSummaries: running.deployment.resources.map((each) =>
            resourceSummary(each, running, 'LastUpdatedTimestamp'),
          ),
        };
      },
      DescribeStackResources: (input) => {
        const running = named(input);
        const { stackName, stackId, resources } = running.deployment;
        const wanted = textOf(input, 'LogicalResourceId');
        const chosen = resources.filter(({ logicalId }) => wanted === undefined || wanted === logicalId);
        return {
          StackResources: chosen.map((each) => ({
            StackName: stackName,
            StackId: stackId,
            ...resourceSummary(each, running, 'Timestamp'),
          })),
        };
      },
      GetTemplate: (input) => ({ TemplateBody: named(input).templateText, StagesAvailable: ['Original', 'Processed'] }),
    },
  });
}

function summary({ deployment, createdMs }: RunningStack) {
  return {
    StackId: deployment.stackId,
    StackName: deployment.stackName,
    CreationTime: new Date(createdMs),
    StackStatus: 'CREATE_COMPLETE',
  };
}

function describeStack(running: RunningStack) {
  const outputs = Object.entries(running.deployment.outputs).map(([key, value]) => ({
    OutputKey: key,
    OutputValue: value,
    Description: running.outputDescriptions[key],
  }));
  return { ...summary(running), Description: running.description, DisableRollback: false, Outputs: outputs };
}

function resourceSummary(
  { logicalId, physicalId, type }: DeployedResource,
  { createdMs }: RunningStack,
  timeName: string,
) {
  return {
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    ResourceStatus: 'CREATE_COMPLETE',
    [timeName]: new Date(createdMs),
  };
}
