import { textOf } from '../../../wire/input.ts';
import type { Input, Output } from '../../../wire/rpc.ts';
import { requireArn } from '../arn.ts';
import { invalidToken, validation } from '../failures.ts';
import { pageSize, pageToken, readChoice, readPageToken } from '../input.ts';
import type { StepFunctionsParts } from '../parts.ts';
import { summaryOf } from './describe-execution.ts';

const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];

/** Executions of a state machine, or children of a map run, the newest first. */
export function listExecutions(parts: StepFunctionsParts, input: Input): Output {
  const of = ownerOf(parts, input);
  const max = pageSize(input);
  const filter = readChoice(input, 'redriveFilter', ['REDRIVEN', 'NOT_REDRIVEN']);
  const found = parts.store.list({
    ...of,
    status: readChoice(input, 'statusFilter', statuses),
    isRedriven: filter === undefined ? undefined : filter === 'REDRIVEN',
    before: readPageToken(input, () => invalidToken('Invalid Token')),
    max: max + 1,
  });
  const page = found.slice(0, max);
  const last = page.at(-1);
  return {
    executions: page.map(({ record }) => ({ ...summaryOf(record), itemCount: record.itemCount })),
    nextToken: found.length > max && last !== undefined ? pageToken(last.number) : undefined,
  };
}

function ownerOf(parts: StepFunctionsParts, input: Input) {
  const machine = textOf(input, 'stateMachineArn');
  const mapRun = textOf(input, 'mapRunArn');
  if ((machine === undefined) === (mapRun === undefined)) {
    throw validation("Exactly one of 'stateMachineArn' and 'mapRunArn' must be given");
  }
  if (machine !== undefined) {
    return { stateMachineArn: parts.machines.get(requireArn(machine, 'stateMachine')).stateMachineArn };
  }
  return { mapRunArn: parts.mapRuns.get(requireArn(mapRun, 'mapRun')).mapRunArn };
}
