import { type Call, callerName, type Interceptor } from '../gateway/intercept.ts';

/** Which calls a fault strikes; what is left out matches all. */
export interface FaultMatch {
  readonly service?: string;
  readonly operation?: string;
  /** The name of the calling function, state machine or pipe, `engine` for its event source mappings, `client` for everyone else. */
  readonly caller?: string;
  /** Table, stream, bucket, function, state machine, pipe or schedule. */
  readonly resource?: string;
  /** Anything else about the call. */
  readonly where?: (call: Call) => boolean;
}

export type FaultAction =
  /** The service's own error for too many calls; the call takes no effect. */
  | { readonly kind: 'throttle' }
  /** The service's own error for a failure of its own, 500; the call takes no effect. */
  | { readonly kind: 'fail' }
  /**
   * The calling function's process dies before the call takes effect, or after it and before the answer; of a state machine,
   * the execution that calls is stopped.
   */
  | { readonly kind: 'kill'; readonly when: 'before' | 'after' }
  /** The call takes effect, its answer is lost. */
  | { readonly kind: 'lose' }
  /** Wall time, before the effect or between effect and answer. */
  | { readonly kind: 'delay'; readonly ms: number; readonly when: 'before' | 'after' }
  /** Whatever else a test wants. */
  | { readonly kind: 'intercept'; readonly interceptor: Interceptor };

export interface Fault {
  readonly match: FaultMatch;
  readonly action: FaultAction;
  /** Strikes from that matching call on, 1 the first; 1 unless told. */
  readonly from?: number;
  /** So many times; without end unless told. */
  readonly times?: number;
}

export function matches({ service, operation, caller, resource, where }: FaultMatch, call: Call): boolean {
  if (service !== undefined && service !== call.request.service) return false;
  if (operation !== undefined && operation !== call.request.operation) return false;
  if (caller !== undefined && caller !== callerName(call.caller)) return false;
  if (resource !== undefined && resource !== call.resource) return false;
  return where === undefined || where(call);
}
