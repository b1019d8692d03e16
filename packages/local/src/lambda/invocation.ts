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

/** Invokes a deployed function by its name and waits for the answer. */
export interface FunctionInvoker {
  invoke(functionName: string, event: unknown): Promise<InvocationResult>;
}
