import type { Input, Output } from '../../../wire/rpc.ts';
import { requireArn } from '../arn.ts';
import { invalidToken, resourceNotFound } from '../failures.ts';
import { includesData, pageSize, pageToken, readPageToken, requireText } from '../input.ts';
import type { StepFunctionsParts } from '../parts.ts';

/** Nothing is logged or traced here. */
const observing = {
  loggingConfiguration: { level: 'OFF', includeExecutionData: false },
  tracingConfiguration: { enabled: false },
};

/** In place of a definition that is not to be shown. */
const withheld = '{}';

export function describeStateMachine({ machines }: StepFunctionsParts, input: Input): Output {
  const machine = machines.get(requireArn(requireText(input, 'stateMachineArn'), 'stateMachine'));
  const { stateMachineArn, name, roleArn, text, createdMs } = machine;
  const definition = includesData(input) ? text : withheld;
  return {
    ...{ stateMachineArn, name, status: 'ACTIVE', definition, roleArn, type: 'STANDARD' },
    ...{ creationDate: new Date(createdMs), ...observing },
  };
}

export function listStateMachines({ machines }: StepFunctionsParts, input: Input): Output {
  const from = readPageToken(input, () => invalidToken('Invalid Token')) ?? 0;
  const to = from + pageSize(input);
  const all = machines.list();
  return {
    stateMachines: all.slice(from, to).map(({ stateMachineArn, name, createdMs }) => ({
      ...{ stateMachineArn, name, type: 'STANDARD', creationDate: new Date(createdMs) },
    })),
    nextToken: to < all.length ? pageToken(to) : undefined,
  };
}

/** The definition that the execution was started with. */
export function describeStateMachineForExecution(parts: StepFunctionsParts, input: Input): Output {
  const record = parts.executions.get(requireArn(requireText(input, 'executionArn'), 'execution'));
  const { stateMachineArn, roleArn, startedMs, mapRunArn } = record;
  const definition = includesData(input) ? record.definition : withheld;
  const [name = '', label] = stateMachineArn.split(':').at(-1)?.split('/') ?? [];
  return {
    ...{ stateMachineArn, name, definition, roleArn, mapRunArn, label: mapRunArn === undefined ? undefined : label },
    ...{ updateDate: new Date(startedMs), ...observing },
  };
}

export function listTagsForResource({ machines }: StepFunctionsParts, input: Input): Output {
  const arn = requireText(input, 'resourceArn');
  const machine = machines.find(arn);
  if (machine === undefined) throw resourceNotFound(arn);
  return { tags: machine.tags };
}
