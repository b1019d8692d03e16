import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { flagOf } from '../../../wire/input.ts';
import type { Input, Output } from '../../../wire/rpc.ts';
import { requireArn } from '../arn.ts';
import { invalidToken } from '../failures.ts';
import { pageSize, pageToken, readPageToken, requireText } from '../input.ts';
import type { StepFunctionsParts } from '../parts.ts';

/** The events of an execution, in their order or in reverse. */
export function getExecutionHistory(parts: StepFunctionsParts, input: Input): Output {
  const { executionArn } = parts.executions.get(requireArn(requireText(input, 'executionArn'), 'execution'));
  const reverse = flagOf(input, 'reverseOrder') ?? false;
  const max = pageSize(input);
  const from = readPageToken(input, () => invalidToken('Invalid Token')) ?? (reverse ? Number.MAX_SAFE_INTEGER : 0);
  const found = parts.store.events(executionArn, { from, max: max + 1, reverse });
  const page = found.slice(0, max);
  const withData = flagOf(input, 'includeExecutionData') ?? true;
  const last = page.at(-1)?.id;
  return {
    events: withData ? page : page.map(withoutData),
    nextToken: found.length > max && last !== undefined ? pageToken(last) : undefined,
  };
}

/** Members of an event's details that hold what an execution works on. */
const data = new Set(['input', 'output', 'parameters', 'assignedVariables']);

function withoutData(event: HistoryEvent): object {
  const members = Object.entries(event).map(([name, value]: [string, unknown]) => {
    if (!name.endsWith('EventDetails') || typeof value !== 'object' || value === null) return [name, value] as const;
    return [name, Object.fromEntries(Object.entries(value).filter(([member]) => !data.has(member)))] as const;
  });
  return Object.fromEntries(members);
}
