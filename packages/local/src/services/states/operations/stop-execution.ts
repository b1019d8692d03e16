import type { Input, Output } from '../../../wire/rpc.ts';
import { requireArn } from '../arn.ts';
import { readFailure, requireText } from '../input.ts';
import type { StepFunctionsParts } from '../parts.ts';

/** Stops an execution; of one that has ended it says when. */
export async function stopExecution(parts: StepFunctionsParts, input: Input): Promise<Output> {
  const { executionArn } = parts.executions.get(requireArn(requireText(input, 'executionArn'), 'execution'));
  await parts.executions.stop(executionArn, readFailure(input));
  return { stopDate: new Date(parts.executions.get(executionArn).stoppedMs ?? parts.clock.now()) };
}
