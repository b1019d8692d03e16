import type { Principal } from './principal.ts';
import type { AwsRequest, AwsResponse } from './service.ts';

/** Who made a call: a function or another resource of the engine by its own access key, or anyone else. */
export interface Caller {
  /** The function's name; undefined for every other client. */
  readonly functionName?: string;
  /** The state machine or the pipe; undefined for every other client. */
  readonly principal?: Principal;
  readonly accessKeyId: string;
  /** Names the sandbox of a function, or the execution of a state machine: several may run at once. Empty for other clients. */
  readonly sessionToken: string;
}

/** The access key of the engine's own calls: those of its event source mappings. */
export const engineAccessKeyId = 'TIDEMARKENGINE';

/** The name of the function, state machine or pipe; `engine` for the engine's own calls, `client` for everyone else's. */
export function callerName({ functionName, principal, accessKeyId }: Caller): string {
  return functionName ?? principal?.name ?? (accessKeyId === engineAccessKeyId ? 'engine' : 'client');
}

/** One call on its way through the gateway. */
export interface Call {
  /** Ascending from 1 over the engine's life. */
  readonly number: number;
  readonly request: AwsRequest;
  readonly caller: Caller;
  /** Table, stream, bucket or function that the call names; undefined where it names none. */
  readonly resource?: string;
}

/** The connection is cut and no answer sent, whatever took effect. */
export const cut: unique symbol = Symbol('cut');
export type Answer = AwsResponse | typeof cut;

/**
 * Sees every call before and after its effect. Calling `proceed` lets the call take effect and gives the answer; an
 * interceptor may wait before or after, answer in its stead without calling it, or cut the connection.
 */
export type Interceptor = (call: Call, proceed: () => Promise<Answer>) => Promise<Answer>;

/** The interceptors in their order, the first outermost, around `effect`. */
export function intercept(
  interceptors: readonly Interceptor[],
  call: Call,
  effect: () => Promise<Answer>,
): Promise<Answer> {
  const from = (index: number): Promise<Answer> => {
    const interceptor = interceptors[index];
    return interceptor === undefined ? effect() : interceptor(call, () => from(index + 1));
  };
  return from(0);
}
