import * as v from 'valibot';
import { StepFailure } from './failure.ts';

export const text = v.pipe(v.string(), v.nonEmpty());
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const ms = v.pipe(v.number(), v.integer());
/** What Step Functions says of an error that it caught. */
export const caughtError = v.exactOptional(v.strictObject({ name: v.string(), cause: v.string() }));

/** What a state machine tells each of its steps, whatever the step. */
export interface RunCall {
  readonly op: string;
  readonly run: string;
  readonly source: string;
  readonly settings: { readonly source: string; readonly controlTable: string; readonly streamArn: string };
}

/** Reads a call, to the last field. Throws `BadCall`, which names what is wrong: the definition of the machine and this function do not fit. */
export function parseRunCall<Call extends RunCall>(schema: v.GenericSchema, event: unknown): Call {
  const result = v.safeParse(schema, event);
  if (!result.success) {
    const [issue] = result.issues;
    throw new StepFailure('BadCall', `${v.getDotPath(issue) ?? 'call'}: ${issue.message}`);
  }
  const call = result.output as Call;
  if (call.settings.source !== call.source) {
    throw new StepFailure('BadCall', `settings.source: ${call.settings.source} is not ${call.source}`);
  }
  return call;
}
