import { randomUUID } from 'node:crypto';
import { type AsynchronousInvocations, asynchronousBytesMax } from '../../lambda/asynchronous.ts';
import { type InvocationResult, InvokeFault, type SerializedInvoker } from '../../lambda/invocation.ts';
import { nameOf } from '../../lambda/request.ts';
import type { Dispatch } from '../../sources/destination.ts';
import type { PipeTarget } from './definition.ts';

export interface TargetOptions {
  readonly invoker: SerializedInvoker;
  readonly asynchronous: Pick<AsynchronousInvocations, 'add'>;
  /** Calls Step Functions. */
  readonly dispatch: Dispatch;
  readonly region: string;
}

/** What an execution's input may have. */
const inputCharactersMax = 262_144;

/** Hands one batch, a JSON array, to the pipe's target. Throws InvokeFault where the target refused to begin. */
export function callTarget(
  { kind, arn, invocationType }: PipeTarget,
  batchJson: string,
  options: TargetOptions,
): Promise<InvocationResult> {
  if (kind === 'states') return startExecution(arn, batchJson, options);
  const functionName = nameOf(arn);
  if (invocationType === 'REQUEST_RESPONSE') return options.invoker.invokeJson(functionName, batchJson);
  const event = Buffer.from(batchJson);
  if (event.length > asynchronousBytesMax) {
    return failed('RequestTooLargeException', `${event.length} bytes are more than ${asynchronousBytesMax}`);
  }
  options.asynchronous.add(functionName, event, {});
  return Promise.resolve({ ok: true, payload: undefined });
}

async function startExecution(
  stateMachineArn: string,
  input: string,
  { dispatch, region }: TargetOptions,
): Promise<InvocationResult> {
  if (input.length > inputCharactersMax) {
    return failed('ValidationException', `An input of ${input.length} characters exceeds ${inputCharactersMax}`);
  }
  const { status, body } = await dispatch({
    ...{ service: 'states', operation: 'StartExecution', method: 'POST', path: '/', region, accessKeyId: '' },
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AWSStepFunctions.StartExecution' },
    body: Buffer.from(JSON.stringify({ stateMachineArn, name: randomUUID(), input })),
  });
  if (status < 300) return { ok: true, payload: undefined };
  const { __type: type, message } = JSON.parse(body.toString()) as {
    readonly __type?: string;
    readonly message?: string;
  };
  const code = String(type).split('#').at(-1) ?? '';
  if (code === 'ThrottlingException' || code === 'ExecutionLimitExceeded') {
    throw new InvokeFault('TooManyRequestsException', String(message));
  }
  return failed(code, String(message));
}

async function failed(errorType: string, errorMessage: string): Promise<InvocationResult> {
  return { ok: false, functionError: 'Unhandled', errorType, errorMessage };
}
