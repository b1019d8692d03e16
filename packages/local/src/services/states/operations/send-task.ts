import type { Delivery } from '../../../states/task-tokens.ts';
import type { Input, Output } from '../../../wire/rpc.ts';
import { invalidOutput, invalidToken, taskDoesNotExist, taskTimedOut } from '../failures.ts';
import { readFailure, requireJson, requireText } from '../input.ts';
import type { StepFunctionsParts } from '../parts.ts';

export function sendTaskSuccess({ tokens }: StepFunctionsParts, input: Input): Output {
  const output = requireJson(requireText(input, 'output'), 'output', invalidOutput);
  return answer(tokens.succeed(requireToken(input), JSON.parse(output)));
}

export function sendTaskFailure({ tokens }: StepFunctionsParts, input: Input): Output {
  const failure = { error: '', cause: '', ...readFailure(input) };
  return answer(tokens.fail(requireToken(input), failure));
}

export function sendTaskHeartbeat({ tokens }: StepFunctionsParts, input: Input): Output {
  return answer(tokens.heartbeat(requireToken(input)));
}

/** Throws InvalidToken for what cannot have been one. */
function requireToken(input: Input): string {
  const token = requireText(input, 'taskToken');
  if (token.length < tokenCharactersMin) throw invalidToken('Invalid token');
  return token;
}

const tokenCharactersMin = 100;

function answer(delivery: Delivery): Output {
  if (delivery === 'unknown') throw taskDoesNotExist();
  if (delivery === 'late') throw taskTimedOut();
  return {};
}
