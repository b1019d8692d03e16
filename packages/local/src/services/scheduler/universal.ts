import type { StartExecutionInput } from '../events/target-call.ts';

/** The one universal target that the engine has. */
export const universalArn = 'arn:aws:scheduler:::aws-sdk:sfn:startExecution';

const members = { StateMachineArn: 'stateMachineArn', Name: 'name', Input: 'input' } as const;

/** Why Step Functions could not be called so; none when it can. */
export function universalMistakes(input: string | undefined): readonly string[] {
  const given = parseObject(input);
  if (given === undefined) return ['a universal target takes a JSON object, which this is not'];
  const mistakes = Object.entries(given).flatMap(([name, value]) => {
    if (!Object.hasOwn(members, name)) {
      return [`${name} is not supported; supported: ${Object.keys(members).join(', ')}`];
    }
    return typeof value === 'string' ? [] : [`${name} is no text`];
  });
  return given.StateMachineArn === undefined ? [...mistakes, 'StateMachineArn is needed'] : mistakes;
}

/** The call that an input without mistakes, its context attributes filled in, asks for. */
export function universalCall(input: string): StartExecutionInput {
  const given = Object.entries(parseObject(input) ?? {});
  const call = Object.fromEntries(given.map(([name, value]) => [members[name as keyof typeof members], value]));
  return call as unknown as StartExecutionInput;
}

function parseObject(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
