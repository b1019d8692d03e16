import { Fail } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';

/** A cause may be long: what is kept of it fits an item. An error need not have one, and an expression without a value ends an execution. */
const cause = jsonata(
  "$exists($states.errorOutput.Cause) ? $substring($states.errorOutput.Cause, 0, 1000) : 'no cause given'",
);

/** What a `Catch` makes of what it has caught: `{name, cause}`. */
export const caughtFailure = { name: jsonata('$states.errorOutput.Error'), cause };

/** Ends the execution with the error that a `Catch` of this state has caught. */
export function refused(scope: Construct, id: string): Fail {
  return Fail.jsonata(scope, id, { error: jsonata('$states.input.Error'), cause: jsonata('$states.input.Cause') });
}

/** Ends the execution with the variable `$failure`. */
export function failed(scope: Construct, id: string): Fail {
  return Fail.jsonata(scope, id, { error: jsonata('$failure.name'), cause: jsonata('$failure.cause') });
}
