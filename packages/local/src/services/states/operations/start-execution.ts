import { randomUUID } from 'node:crypto';
import { textOf } from '../../../wire/input.ts';
import type { Input, Output } from '../../../wire/rpc.ts';
import { executionArn, requireArn } from '../arn.ts';
import type { ExecutionRecord } from '../execution-record.ts';
import { executionAlreadyExists, invalidInput } from '../failures.ts';
import { requireJson, requireName, requireText } from '../input.ts';
import type { StepFunctionsParts } from '../parts.ts';

/** How long an execution's name is taken after its end. */
const nameMs = 90 * 86_400_000;

/**
 * Starts an execution. A name that is taken is an error, unless the execution of that name still runs and has the same input:
 * then it is the same call again.
 */
export function startExecution(parts: StepFunctionsParts, input: Input): Output {
  const machine = parts.machines.get(requireArn(requireText(input, 'stateMachineArn'), 'stateMachine'));
  const name = requireName(textOf(input, 'name') ?? randomUUID());
  const text = requireJson(textOf(input, 'input') ?? '{}', 'input', invalidInput);
  const arn = executionArn(machine.stateMachineArn, name);
  const taken = parts.store.find(arn);
  if (taken !== undefined) {
    if (taken.status === 'RUNNING' && taken.input === text) return answer(taken);
    if (parts.clock.now() - (taken.stoppedMs ?? Number.POSITIVE_INFINITY) <= nameMs) throw executionAlreadyExists(arn);
    if (taken.status === 'RUNNING') throw executionAlreadyExists(arn);
    parts.store.remove(arn);
  }
  const record: ExecutionRecord = {
    ...{ executionArn: arn, stateMachineArn: machine.stateMachineArn, name, status: 'RUNNING', input: text },
    ...{ roleArn: machine.roleArn, definition: machine.text, startedMs: parts.clock.now(), redriveCount: 0 },
  };
  return answer(parts.executions.run({ machine, record, definition: machine.definition }));
}

function answer({ executionArn, startedMs }: ExecutionRecord): Output {
  return { executionArn, startDate: new Date(startedMs) };
}
