import pLimit, { type LimitFunction } from 'p-limit';
import type { Clock } from '../clock.ts';
import type { FunctionDefinition } from './definition.ts';
import { execute, type Invocation } from './execute.ts';
import { type FunctionInvoker, type InvocationResult, InvokeFault, type SerializedInvoker } from './invocation.ts';
import type { LambdaMetrics } from './lambda-metrics.ts';
import { SandboxPool } from './pool.ts';
import type { InvocationUsage } from './report.ts';

export interface LogLine {
  readonly functionName: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** Engine time. */
  readonly timestampMs: number;
  readonly text: string;
}

export interface LambdaHostOptions {
  readonly clock: Clock;
  readonly region: string;
  /** The engine's address; asked for when a sandbox starts, since the port is known late. */
  readonly endpoint: () => string;
  readonly log?: (line: LogLine) => void;
  readonly meter?: (usage: InvocationUsage) => void;
  readonly metrics?: LambdaMetrics | undefined;
  /** Every invocation gets a new sandbox. */
  readonly freshInstances?: boolean;
  /** So many processes work at once, by default 64: the bound of a machine, which AWS does not have. */
  readonly processesMax?: number;
}

export interface InvokeOptions {
  /** The invocation's id; a new one without it. Attempts at the same event have the same. */
  readonly requestId?: string;
  /** Base64 of a JSON object, as callers send it. */
  readonly clientContext?: string;
}

const requestBytesMax = 6_291_456;
/** What an account may run at once. Those that have no process yet wait for one, in their order, and are slow rather than throttled. */
const concurrencyMax = 1_000;
const processesMaxDefault = 64;

/** Runs deployed functions, each invocation in a sandbox of its function. */
export class LambdaHost implements FunctionInvoker, SerializedInvoker {
  readonly #options: LambdaHostOptions;
  readonly #pools = new Map<string, SandboxPool>();
  readonly #withProcess: LimitFunction;
  #active = 0;
  #closed = false;

  constructor(options: LambdaHostOptions) {
    this.#options = options;
    this.#withProcess = pLimit(options.processesMax ?? processesMaxDefault);
  }

  /** A function that is deployed already has this code from its next invocation on. */
  deploy(definition: FunctionDefinition): void {
    this.#pools.get(definition.functionName)?.retire();
    const { clock, endpoint, region } = this.#options;
    const { functionName, logGroupName } = definition;
    const line = (logStreamName: string, text: string): void =>
      this.#options.log?.({ functionName, logGroupName, logStreamName, timestampMs: clock.now(), text });
    this.#pools.set(functionName, new SandboxPool(definition, () => ({ endpoint: endpoint(), region }), line));
  }

  /** Invocations that run now, of all functions, cold starts and those that wait for a process included. */
  get running(): number {
    return this.#active;
  }

  /** Those of one function. */
  runningOf(functionName: string): number {
    return this.#pool(functionName).busy.size;
  }

  get definitions(): readonly FunctionDefinition[] {
    return [...this.#pools.values()].map((pool) => pool.definition);
  }

  /** The function whose calls carry this access key; undefined for any other client's. */
  functionOf(accessKeyId: string): string | undefined {
    return this.definitions.find((definition) => definition.accessKeyId === accessKeyId)?.functionName;
  }

  /** Throws `ResourceNotFoundException` for a function that is not deployed. */
  definition(functionName: string): FunctionDefinition {
    return this.#pool(functionName).definition;
  }

  invoke(functionName: string, event: unknown): Promise<InvocationResult> {
    return this.invokeJson(functionName, JSON.stringify(event) ?? 'null');
  }

  async invokeJson(functionName: string, eventJson: string): Promise<InvocationResult> {
    const { body, failure } = await this.run(functionName, Buffer.from(eventJson));
    if (failure !== undefined) return { ok: false, functionError: 'Unhandled', ...failure };
    return { ok: true, payload: JSON.parse(body.toString('utf8')) };
  }

  /** Throws `InvokeFault` where the function was not run: unknown, throttled, event above 6 MB. */
  async run(functionName: string, event: Buffer, options: InvokeOptions = {}): Promise<Invocation> {
    const pool = this.#pool(functionName);
    if (event.length > requestBytesMax) {
      const message = `${event.length} byte payload is too large for the RequestResponse invocation type (limit ${requestBytesMax} bytes)`;
      throw new InvokeFault('RequestTooLargeException', message);
    }
    this.#accept(pool);
    this.#active += 1;
    this.#options.metrics?.started(functionName, pool.accepted, this.#active);
    try {
      return await this.#withProcess(() => this.#execute(pool, event, options));
    } finally {
      this.#active -= 1;
      pool.leave();
    }
  }

  /** Kills the sandboxes of the function that run an invocation now, as a crash would; returns how many, when they are gone. */
  async kill(functionName: string): Promise<number> {
    const busy = [...this.#pool(functionName).busy];
    await Promise.all(busy.map((sandbox) => sandbox.kill()));
    return busy.length;
  }

  /** Kills the one sandbox whose calls carry this session token and resolves when it is gone; false where none runs. */
  async killCaller(sessionToken: string): Promise<boolean> {
    const busy = [...this.#pools.values()].flatMap((pool) => [...pool.busy]);
    const sandbox = busy.find((each) => each.sessionToken === sessionToken);
    await sandbox?.kill();
    return sandbox !== undefined;
  }

  /** Ends every sandbox. Invocations that still run are reported as killed. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  /** Throws `InvokeFault` where the function, or all together, run as often as they may. */
  #accept(pool: SandboxPool): void {
    if (!this.#closed && this.#active < concurrencyMax && pool.enter()) return;
    if (!this.#closed) this.#options.metrics?.throttled(pool.definition.functionName);
    throw throttled();
  }

  async #execute(pool: SandboxPool, event: Buffer, options: InvokeOptions): Promise<Invocation> {
    // What still waits for a process when the engine ends does not start one.
    if (this.#closed) throw throttled();
    const { clock, metrics, meter, freshInstances: fresh = false } = this.#options;
    const lease = pool.lease(fresh);
    const startedMs = clock.now();
    try {
      const { invocation, usage } = await execute(pool.definition, lease, event, clock, options);
      meter?.(usage);
      const { functionName } = pool.definition;
      const { durationMs, outcome } = usage;
      // What the engine's end cuts off is no error of the function.
      if (!this.#closed) metrics?.invoked({ functionName, startedMs, durationMs, isError: outcome !== 'success' });
      return invocation;
    } finally {
      pool.release(lease.sandbox, !fresh);
    }
  }

  #pool(functionName: string): SandboxPool {
    const pool = this.#pools.get(functionName);
    if (pool !== undefined) return pool;
    throw new InvokeFault('ResourceNotFoundException', `Function not found: ${functionName}`);
  }
}

function throttled(): InvokeFault {
  return new InvokeFault('TooManyRequestsException', 'Rate Exceeded.');
}
