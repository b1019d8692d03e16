/** What became of one invocation, as Lambda reports it to an event source mapping. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: unknown }
  | {
      readonly ok: false;
      /** `Unhandled`: the handler threw, timed out, ran out of memory or its process died. */
      readonly functionError: 'Unhandled';
      readonly errorType: string;
      readonly errorMessage: string;
      readonly trace?: readonly string[];
    };

/** Invokes a deployed function by its name and waits for the answer. Throws `InvokeFault` where no function ran. */
export interface FunctionInvoker {
  invoke(functionName: string, event: unknown): Promise<InvocationResult>;
}

/** The same for an event that is JSON already: batches of megabytes are not serialized twice. */
export interface SerializedInvoker {
  invokeJson(functionName: string, eventJson: string): Promise<InvocationResult>;
}

/** Lambda refused an invocation before any function ran. */
export class InvokeFault extends Error {
  /** Lambda's exception, such as `TooManyRequestsException`, which invokers are to repeat later. */
  readonly code: 'TooManyRequestsException' | 'ResourceNotFoundException' | 'RequestTooLargeException';

  constructor(code: InvokeFault['code'], message: string) {
    super(message);
    this.name = code;
    this.code = code;
  }
}
