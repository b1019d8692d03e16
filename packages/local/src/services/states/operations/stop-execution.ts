import { textOf } from '../../../wire/input.ts';
import type { Input, Output } from '../../../wire/rpc.ts';
import { requireArn } from '../arn.ts';
import { requireText } from '../input.ts';
import type { StepFunctionsParts } from '../parts.ts';

/** Stops an execution; of one that has ended it says when. */
export async function stopExecution(parts: StepFunctionsParts, input: Input): Promise<Output> {
  const { executionArn } = parts.executions.get(requireArn(requireText(input, 'executionArn'), 'execution'));
  const error = textOf(input, 'error');
  const cause = textOf(input, 'cause');
  await parts.executions.stop(executionArn, {
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  });
  return { stopDate: new Date(parts.executions.get(executionArn).stoppedMs ?? parts.clock.now()) };
}
