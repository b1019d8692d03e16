import { type Answer, type Call, type Caller, callerName, cut, type Interceptor } from '../gateway/intercept.ts';
import { failureResponse } from '../wire/failure.ts';
import { ChannelFaults } from './channel-faults.ts';
import { internalFailureOf, throttlingOf } from './failures.ts';
import { type Fault, type FaultAction, matches } from './fault.ts';

/** One call that a function, a state machine or a pipe made. */
export interface LoggedCall {
  /** Ascending over the engine's life. */
  readonly number: number;
  /** The name of the function, state machine or pipe. */
  readonly caller: string;
  /** Names the process or the execution that made it. */
  readonly sessionToken: string;
  readonly service: string;
  readonly operation: string;
  readonly resource: string | undefined;
  /** The answer's status, `cut` where none was sent, undefined while it runs. */
  readonly outcome: number | 'cut' | undefined;
}

/** A place where a caller can be struck: all its calls of one operation on one resource. */
export interface FaultPoint {
  readonly caller: string;
  readonly service: string;
  readonly operation: string;
  readonly resource: string | undefined;
  readonly calls: number;
}

export interface InstalledFault {
  /** How often it struck. */
  readonly strikes: number;
  remove(): void;
}

export interface FaultsOptions {
  /** Ends the process that made the call and resolves when it is gone. */
  readonly kill: (caller: Caller) => Promise<void>;
}

interface Installed {
  readonly fault: Fault;
  matched: number;
  strikes: number;
}

/** Older calls are forgotten, so that an engine can run for days. */
const loggedCallsMax = 200_000;

/** Strikes the calls of functions, state machines and clients with faults, and remembers what all but clients called. */
export class Faults {
  /** Strikes what SNS delivers, which is no call. */
  readonly channels = new ChannelFaults();
  readonly #installed = new Set<Installed>();
  readonly #kill: FaultsOptions['kill'];
  #log: { -readonly [Name in keyof LoggedCall]: LoggedCall[Name] }[] = [];

  constructor({ kill }: FaultsOptions) {
    this.#kill = kill;
  }

  /** In force from the next call on. The first installed of several that match a call strikes it. */
  add(fault: Fault): InstalledFault {
    const installed: Installed = { fault, matched: 0, strikes: 0 };
    this.#installed.add(installed);
    return {
      get strikes() {
        return installed.strikes;
      },
      remove: () => this.#installed.delete(installed),
    };
  }

  clear(): void {
    this.#installed.clear();
    this.channels.clear();
  }

  /** What functions, state machines and pipes called since the start or the last `forget`, in order. */
  calls(): readonly LoggedCall[] {
    return this.#log;
  }

  /** Every place where one of them called AWS, in the order of the first call: a new call is a new fault point. */
  points(): readonly FaultPoint[] {
    const points = new Map<string, { -readonly [Name in keyof FaultPoint]: FaultPoint[Name] }>();
    for (const { caller, service, operation, resource } of this.#log) {
      const key = JSON.stringify([caller, service, operation, resource]);
      const point = points.get(key) ?? { caller, service, operation, resource, calls: 0 };
      points.set(key, point);
      point.calls += 1;
    }
    return [...points.values()];
  }

  /** Empties the log of calls. */
  forget(): void {
    this.#log = [];
  }

  readonly interceptor: Interceptor = async (call, proceed) => {
    const entry = this.#record(call);
    const action = this.#next(call);
    const answer = await (action === undefined ? proceed() : this.#strike(action, call, proceed));
    if (entry !== undefined) entry.outcome = answer === cut ? 'cut' : answer.status;
    return answer;
  };

  #record({ number, request, caller, resource }: Call) {
    const { functionName, principal, sessionToken } = caller;
    if (functionName === undefined && principal === undefined) return undefined;
    const { service, operation } = request;
    const name = callerName(caller);
    const entry = { number, caller: name, sessionToken, service, operation, resource, outcome: undefined };
    this.#log.push(entry);
    if (this.#log.length > loggedCallsMax) this.#log = this.#log.slice(loggedCallsMax / 2);
    return this.#log.at(-1);
  }

  #next(call: Call): FaultAction | undefined {
    for (const installed of this.#installed) {
      const { match, from = 1, times = Number.POSITIVE_INFINITY, action } = installed.fault;
      if (!matches(match, call)) continue;
      installed.matched += 1;
      if (installed.matched < from || installed.strikes >= times) continue;
      installed.strikes += 1;
      return action;
    }
    return undefined;
  }

  async #strike(action: FaultAction, call: Call, proceed: () => Promise<Answer>): Promise<Answer> {
    switch (action.kind) {
      case 'throttle':
        return failureResponse(call.request, throttlingOf(call.request.service));
      case 'fail':
        return failureResponse(call.request, internalFailureOf(call.request.service));
      case 'lose':
        await proceed();
        return cut;
      case 'kill':
        if (action.when === 'after') await proceed();
        // The connection is cut when the process is gone, so that it cannot take the cut for an error and go on.
        await this.#kill(call.caller);
        return cut;
      case 'delay': {
        if (action.when === 'before') await wait(action.ms);
        const answer = await proceed();
        if (action.when === 'after') await wait(action.ms);
        return answer;
      }
      case 'intercept':
        return action.interceptor(call, proceed);
    }
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
