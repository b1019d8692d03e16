import { type Call, callerName, cut, type Interceptor } from '../gateway/intercept.ts';
import type { AwsRequest } from '../gateway/service.ts';
import type { Consumption } from './consumption.ts';

/** What one caller did with one operation. */
export interface CallRow {
  readonly service: string;
  readonly operation: string;
  /** The name of the function, state machine or pipe, `engine` for its event source mappings, or `client` for everyone else. */
  readonly caller: string;
  readonly calls: number;
  /** Those answered with an error or not at all; part of `calls`. */
  readonly failed: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

export interface FunctionRow {
  readonly functionName: string;
  readonly invocations: number;
  /** Part of `invocations`. */
  readonly errors: number;
  readonly billedMs: number;
  readonly gbSeconds: number;
}

export interface StateMachineRow {
  readonly stateMachineName: string;
  /** States entered and tasks repeated, those of the children of distributed maps among them. */
  readonly transitions: number;
}

/** What one pipe handed to its target, retries included. */
export interface PipeRow {
  readonly pipeName: string;
  readonly batches: number;
  readonly bytes: number;
  /** What Pipes bills: every 64 KB of a batch that was begun. */
  readonly requests: number;
}

/** What one schedule invoked its target with, retries included. */
export interface ScheduleRow {
  readonly groupName: string;
  readonly scheduleName: string;
  readonly invocations: number;
  readonly bytes: number;
}

export interface MeterSnapshot {
  readonly calls: readonly CallRow[];
  readonly functions: readonly FunctionRow[];
  readonly stateMachines: readonly StateMachineRow[];
  readonly pipes: readonly PipeRow[];
  readonly schedules: readonly ScheduleRow[];
}

/** One finished invocation, as Lambda bills it. */
export interface Invocation {
  readonly functionName: string;
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly ok: boolean;
}

const pipeRequestBytes = 64 * 1024;

type Counted<Row> = { -readonly [Name in keyof Row]: Row[Name] };

/** Adds up what passes through the engine, in the units that AWS bills. */
export class Meter {
  readonly #calls = new Map<string, Counted<CallRow>>();
  readonly #functions = new Map<string, Counted<FunctionRow>>();
  readonly #transitions = new Map<string, number>();
  readonly #pipes = new Map<string, Counted<PipeRow>>();
  readonly #schedules = new Map<string, Counted<ScheduleRow>>();
  readonly #consumed = new WeakMap<AwsRequest, Consumption>();

  /** Told by a service what the call at hand consumes. */
  consumed(request: AwsRequest, consumption: Consumption): void {
    this.#consumed.set(request, consumption);
  }

  invoked({ functionName, billedMs, memoryMb, ok }: Invocation): void {
    const row = this.#functions.get(functionName) ?? {
      functionName,
      invocations: 0,
      errors: 0,
      billedMs: 0,
      gbSeconds: 0,
    };
    this.#functions.set(functionName, row);
    row.invocations += 1;
    row.errors += ok ? 0 : 1;
    row.billedMs += billedMs;
    row.gbSeconds += (billedMs / 1_000) * (memoryMb / 1_024);
  }

  /** Told of state transitions of one machine. */
  transitions(stateMachineName: string, count: number): void {
    this.#transitions.set(stateMachineName, (this.#transitions.get(stateMachineName) ?? 0) + count);
  }

  /** A pipe hands a batch of so many bytes of JSON to its target. */
  piped({ pipeName, bytes }: { readonly pipeName: string; readonly bytes: number }): void {
    const row = this.#pipes.get(pipeName) ?? { pipeName, batches: 0, bytes: 0, requests: 0 };
    this.#pipes.set(pipeName, row);
    row.batches += 1;
    row.bytes += bytes;
    row.requests += Math.ceil(bytes / pipeRequestBytes);
  }

  /** A schedule invokes its target with so many bytes. */
  scheduled({ groupName, scheduleName, bytes }: Omit<ScheduleRow, 'invocations'>): void {
    const key = `${groupName}/${scheduleName}`;
    const row = this.#schedules.get(key) ?? { groupName, scheduleName, invocations: 0, bytes: 0 };
    this.#schedules.set(key, row);
    row.invocations += 1;
    row.bytes += bytes;
  }

  /** Sees every call on its way. */
  readonly interceptor: Interceptor = async (call, proceed) => {
    const row = this.#rowOf(call);
    row.calls += 1;
    row.requestBytes += call.request.body.length;
    const answer = await proceed();
    if (answer === cut || answer.status >= 400) row.failed += 1;
    if (answer !== cut) row.responseBytes += Buffer.byteLength(answer.body);
    // What took effect is billed, whether or not the answer arrived.
    const { readUnits = 0, writeUnits = 0 } = this.#consumed.get(call.request) ?? {};
    row.readUnits += readUnits;
    row.writeUnits += writeUnits;
    return answer;
  };

  snapshot(): MeterSnapshot {
    const calls = [...this.#calls].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => ({ ...row }));
    const functions = [...this.#functions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => ({ ...row }));
    const stateMachines = [...this.#transitions]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([stateMachineName, transitions]) => ({ stateMachineName, transitions }));
    const pipes = [...this.#pipes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => ({ ...row }));
    const schedules = [...this.#schedules].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => ({ ...row }));
    return { calls, functions, stateMachines, pipes, schedules };
  }

  reset(): void {
    this.#calls.clear();
    this.#functions.clear();
    this.#transitions.clear();
    this.#pipes.clear();
    this.#schedules.clear();
  }

  #rowOf({ request: { service, operation }, caller }: Call): Counted<CallRow> {
    const name = callerName(caller);
    const key = [service, operation, name].join(' ');
    const none = { calls: 0, failed: 0, readUnits: 0, writeUnits: 0, requestBytes: 0, responseBytes: 0 };
    const row = this.#calls.get(key) ?? { service, operation, caller: name, ...none };
    this.#calls.set(key, row);
    return row;
  }
}
