import type { Dispatch } from '../../sources/destination.ts';

/** How a service answered a call that it did not take. */
export interface CallFailure {
  readonly ok: false;
  readonly status: number;
  /** `StateMachineDoesNotExist` */
  readonly code: string;
  readonly message: string;
}

export type CallOutcome = { readonly ok: true } | CallFailure;

export interface StartExecutionInput {
  readonly stateMachineArn: string;
  readonly name?: string;
  readonly input?: string;
}

export function callStartExecution(input: StartExecutionInput, dispatch: Dispatch): Promise<CallOutcome> {
  const region = input.stateMachineArn.split(':')[3] ?? '';
  return callJson({ service: 'states', target: 'AWSStepFunctions.StartExecution', region, input }, dispatch);
}

export interface JsonCall {
  readonly service: 'states' | 'sqs';
  /** `AmazonSQS.SendMessage` */
  readonly target: string;
  readonly region: string;
  readonly input: object;
}

/** One call of a service that speaks JSON, past the gateway. */
export async function callJson({ service, target, region, input }: JsonCall, dispatch: Dispatch): Promise<CallOutcome> {
  const { status, body } = await dispatch({
    ...{ service, operation: target.split('.')[1] ?? '', method: 'POST', path: '/', query: new URLSearchParams() },
    ...{ accessKeyId: '', region },
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target },
    body: Buffer.from(JSON.stringify(input)),
  });
  if (status < 300) return { ok: true };
  const { __type: type = '', message = String(body) } = JSON.parse(String(body)) as {
    readonly __type?: string;
    readonly message?: string;
  };
  return { ok: false, status, code: type.split('#').at(-1) ?? '', message };
}

export function isThrottling(code: string): boolean {
  return /Throttl|LimitExceeded/.test(code);
}
