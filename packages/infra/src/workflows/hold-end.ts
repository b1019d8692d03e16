import type { Choice } from 'aws-cdk-lib/aws-stepfunctions';
import { Condition, Fail } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';

/**
 * So long after the hold was noted, beside what draining takes, a mapping that is not disabled yet or a pipe that has not stopped is waited for. What AWS
 * never comes to an end with must not hold live counting until the history of the execution is full. Seconds.
 */
const patienceSeconds = 60 * 60;

const enteredMs = '$toMillis($states.context.State.EnteredTime)';

/** The variable `holdEndsMs`. `drainSeconds`: a JSONata expression. */
export function holdEnd(drainSeconds: string): string {
  return jsonata(`${enteredMs} + (${drainSeconds} + ${patienceSeconds}) * 1000`);
}

/** Ends the run where the hold has lasted too long. `cause`: a JSONata expression of what is waited for. */
export function giveUpHold(scope: Construct, id: string, choice: Choice, cause: string): void {
  const tooLong = Fail.jsonata(scope, id, { error: 'HeldTooLong', cause: jsonata(cause) });
  choice.when(Condition.jsonata(jsonata(`${enteredMs} > $holdEndsMs`)), tooLong);
}
