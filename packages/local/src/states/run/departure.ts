import { StateFailure } from '../failure.ts';
import { dataBytesMax, jsonBytes, variableBytesMax } from '../limits.ts';
import type { Variables } from '../scope.ts';
import type { Visit } from './visit.ts';

/** How a state is left. */
export interface Departure {
  /** The state that follows; undefined at the end of the sequence. */
  readonly next: string | undefined;
  readonly output: unknown;
  readonly assigned: Variables | undefined;
}

interface Leaving {
  /** Where `Output` and `Assign` stand: the state itself, a choice rule or a catcher; `field` is the path to it, with a slash at the end. */
  readonly fields: { readonly Output?: unknown; readonly Assign?: Variables };
  readonly field?: string;
  /** The output where there is no `Output`. */
  readonly otherwise: unknown;
  readonly sight?: { readonly result?: unknown; readonly errorOutput?: unknown };
  readonly next: string | undefined;
}

/** Evaluates `Output` and `Assign`, both from what was there before the state. Throws StateFailure. */
export async function leave(visit: Visit, { fields, field = '', otherwise, sight, next }: Leaving): Promise<Departure> {
  const output = fields.Output === undefined ? otherwise : await visit.evaluate(fields.Output, `${field}Output`, sight);
  visit.checkSize(output);
  if (fields.Assign === undefined) return { next, output, assigned: undefined };
  const assigned = (await visit.evaluate(fields.Assign, `${field}Assign`, sight)) as Variables;
  checkVariables(visit, assigned);
  return { next, output, assigned };
}

function checkVariables(visit: Visit, assigned: Variables): void {
  const large = Object.entries(assigned).find(([, value]) => jsonBytes(value) > dataBytesMax);
  if (large !== undefined) throw tooLarge(`The variable '${large[0]}' is larger than ${dataBytesMax} bytes.`);
  if (jsonBytes(assigned) > dataBytesMax) {
    throw tooLarge(`The variables that the state '${visit.name}' assigns are larger than ${dataBytesMax} bytes.`);
  }
  if (jsonBytes({ ...visit.variables, ...assigned }) > variableBytesMax) {
    throw tooLarge(`The variables of the execution are larger than ${variableBytesMax} bytes.`);
  }
}

function tooLarge(cause: string): StateFailure {
  return StateFailure.reserved('States.DataLimitExceeded', cause);
}
