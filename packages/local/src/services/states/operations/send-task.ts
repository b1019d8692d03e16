import type { Delivery } from '../../../states/task-tokens.ts';
import { textOf } from '../../../wire/input.ts';
import type { Input, Output } from '../../../wire/rpc.ts';
import { invalidOutput, taskDoesNotExist, taskTimedOut } from '../failures.ts';
import { requireJson, requireText } from '../input.ts';
import type { StepFunctionsParts } from '../parts.ts';

export function sendTaskSuccess({ tokens }: StepFunctionsParts, input: Input): Output {
  const output = requireJson(requireText(input, 'output'), 'output', invalidOutput);
  return answer(tokens.succeed(requireText(input, 'taskToken'), JSON.parse(output)));
}

export function sendTaskFailure({ tokens }: StepFunctionsParts, input: Input): Output {
  const failure = { error: textOf(input, 'error') ?? '', cause: textOf(input, 'cause') ?? '' };
  return answer(tokens.fail(requireText(input, 'taskToken'), failure));
}

export function sendTaskHeartbeat({ tokens }: StepFunctionsParts, input: Input): Output {
  return answer(tokens.heartbeat(requireText(input, 'taskToken')));
}

function answer(delivery: Delivery): Output {
  if (delivery === 'unknown') throw taskDoesNotExist();
  if (delivery === 'late') throw taskTimedOut();
  return {};
}
