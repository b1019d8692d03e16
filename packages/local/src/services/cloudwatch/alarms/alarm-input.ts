import { flagOf, textOf } from '../../../wire/input.ts';
import type { Input } from '../../../wire/rpc.ts';
import { missingParameter, validationError } from '../failures.ts';
import type { Alarm, StateValue } from './alarm.ts';

export interface AlarmPlace {
  readonly region: string;
  readonly account: string;
}

const nameCharactersMax = 255;
const descriptionCharactersMax = 1_024;
const actionsMax = 5;

/** Members that alarms of both kinds have. */
export const commonMembers = [
  ...['AlarmName', 'AlarmDescription', 'ActionsEnabled', 'Tags'],
  ...['OKActions', 'AlarmActions', 'InsufficientDataActions'],
];

/** What alarms of both kinds have. Throws for what CloudWatch refuses and for actions that the engine cannot take. */
export function readCommon(input: Input, { region, account }: AlarmPlace, nowMs: number) {
  const name = readAlarmName(input);
  const description = textOf(input, 'AlarmDescription');
  if ((description ?? '').length > descriptionCharactersMax) {
    throw validationError(`AlarmDescription must not have more than ${descriptionCharactersMax} characters`);
  }
  return {
    ...{ name, arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`, description },
    actionsEnabled: flagOf(input, 'ActionsEnabled') ?? true,
    actions: {
      OK: readActions(input, 'OKActions'),
      ALARM: readActions(input, 'AlarmActions'),
      INSUFFICIENT_DATA: readActions(input, 'InsufficientDataActions'),
    } satisfies Record<StateValue, readonly string[]>,
    updatedMs: nowMs,
  } satisfies Partial<Alarm>;
}

/** Throws where it is missing or none. */
export function readAlarmName(input: Input): string {
  const name = textOf(input, 'AlarmName') ?? '';
  if (name === '') throw missingParameter('The parameter AlarmName is required.');
  if (name.length > nameCharactersMax || /\p{Cc}/u.test(name)) {
    throw validationError(`AlarmName: a name has at most ${nameCharactersMax} characters, and no control characters`);
  }
  return name;
}

const topicArn = /^arn:[^:]+:sns:[^:]+:\d+:[\w-]+$/;
const functionArn = /^arn:[^:]+:lambda:[^:]+:\d+:function:[\w-]+$/;

function readActions(input: Input, member: string): readonly string[] {
  const given = input[member];
  const actions = Array.isArray(given) ? given.map(String) : [];
  if (actions.length > actionsMax) throw validationError(`${member} must not have more than ${actionsMax} actions`);
  const unsupported = actions.find((arn) => !topicArn.test(arn) && !functionArn.test(arn));
  if (unsupported === undefined) return actions;
  throw validationError(
    `${member}: the local engine does not take the action ${unsupported}; it publishes to SNS topics and invokes Lambda functions`,
  );
}
