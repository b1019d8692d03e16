import { isJson } from '../events/input-template.ts';
import { type RetryPolicy, retryPolicyDefault } from '../events/rule.ts';
import type { Refusals } from './refusals.ts';
import type { ScheduleTarget, TargetKind } from './schedule-definition.ts';
import { universalArn, universalMistakes } from './universal.ts';

export type Given = Readonly<Record<string, unknown>>;

/** By what an ARN has to look like. */
const kinds: readonly (readonly [TargetKind, RegExp])[] = [
  ['function', /^arn:aws:lambda:[\w-]+:\d{12}:function:[\w-]+$/],
  ['state machine', /^arn:aws:states:[\w-]+:\d{12}:stateMachine:[\w.-]+$/],
  ['queue', /^arn:aws:sqs:[\w-]+:\d{12}:[\w.-]+$/],
  ['universal', new RegExp(`^${universalArn}$`)],
];

/** Undefined, and the reasons added, where there is nothing that the engine could invoke. */
export function readTarget(given: unknown, reading: Refusals): ScheduleTarget | undefined {
  const target = (given ?? {}) as Given;
  const arn = String(target.Arn ?? '');
  const roleArn = String(target.RoleArn ?? '');
  const kind = kinds.find(([, shape]) => shape.test(arn))?.[0];
  if (kind === undefined) {
    const supported = `a function, a state machine, a queue and ${universalArn}`;
    reading.add('Target.Arn', `${JSON.stringify(arn)} is not supported; supported are ${supported}`);
  }
  if (!/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(roleArn))
    reading.add('Target.RoleArn', `${JSON.stringify(roleArn)} is no ARN of a role`);
  const { Arn: deadLetterArn } = (target.DeadLetterConfig ?? {}) as Given;
  if (deadLetterArn !== undefined && !/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/.test(String(deadLetterArn)))
    reading.add('Target.DeadLetterConfig.Arn', `${JSON.stringify(deadLetterArn)} is no ARN of a standard queue`);
  const { MessageGroupId } = (target.SqsParameters ?? {}) as Given;
  if (target.SqsParameters !== undefined && kind !== 'queue')
    reading.add('Target.SqsParameters', 'only a queue takes them');
  const input = target.Input === undefined ? undefined : String(target.Input);
  if (kind !== undefined) checkInput(kind, input, reading);
  const retryPolicy = readRetryPolicy((target.RetryPolicy ?? {}) as Given, reading);
  if (kind === undefined) return undefined;
  return {
    ...{ kind, arn, roleArn, input, retryPolicy },
    deadLetterArn: deadLetterArn === undefined ? undefined : String(deadLetterArn),
    messageGroupId: MessageGroupId === undefined ? undefined : String(MessageGroupId),
  };
}

/** A queue takes any text. */
function checkInput(kind: TargetKind, input: string | undefined, reading: Refusals): void {
  if (kind === 'universal') {
    for (const mistake of universalMistakes(input)) reading.add('Target.Input', mistake);
  } else if (kind !== 'queue' && input !== undefined && !isJson(input)) {
    reading.add('Target.Input', `a ${kind} takes JSON, which this is not`);
  }
}

function readRetryPolicy(given: Given, reading: Refusals): RetryPolicy {
  const read = (name: string, absent: number, min: number, max: number): number => {
    const value = Number(given[name] ?? absent);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    const found = JSON.stringify(given[name]);
    reading.add(`Target.RetryPolicy.${name}`, `${found} is not a whole number from ${min} to ${max}`);
    return absent;
  };
  const { maximumEventAgeInSeconds, maximumRetryAttempts } = retryPolicyDefault;
  return {
    maximumEventAgeInSeconds: read('MaximumEventAgeInSeconds', maximumEventAgeInSeconds, 60, 86_400),
    maximumRetryAttempts: read('MaximumRetryAttempts', maximumRetryAttempts, 0, 185),
  };
}
