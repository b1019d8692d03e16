import { StateFailure } from '../failure.ts';

/**
 * What `lambda:invoke` gives: the function's answer as JSON in `Payload`. A function that failed fails the task, with the type
 * of its error.
 */
export function lambdaResult(output: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { Payload, FunctionError, ExecutedVersion, StatusCode, LogResult } = output;
  const text = Payload instanceof Uint8Array ? Buffer.from(Payload).toString('utf8') : '';
  if (FunctionError !== undefined) throw functionFailure(text);
  return {
    ...(ExecutedVersion === undefined ? {} : { ExecutedVersion }),
    ...(LogResult === undefined ? {} : { LogResult }),
    ...(text === '' ? {} : { Payload: parsed(text, text) }),
    StatusCode,
  };
}

function functionFailure(payload: string): StateFailure {
  const error = parsed(payload, undefined);
  const type = typeof error === 'object' && error !== null && 'errorType' in error ? error.errorType : undefined;
  if (typeof type === 'string' && type !== '') return new StateFailure(type, payload);
  const cause = `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`;
  return new StateFailure('Lambda.Unknown', cause);
}

function parsed(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return otherwise;
  }
}
