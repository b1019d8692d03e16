import type { FunctionDefinition } from './definition.ts';
import { Sandbox, type SandboxOptions } from './sandbox.ts';

/** Lambda keeps an idle sandbox for some minutes. */
const idleMsMax = 300_000;

export interface Lease {
  readonly sandbox: Sandbox;
  readonly cold: boolean;
}

/** The sandboxes of one function: warm ones are used again, the last used first. */
export class SandboxPool {
  readonly definition: FunctionDefinition;
  readonly #options: () => Omit<SandboxOptions, 'line'>;
  readonly #line: (logStreamName: string, text: string) => void;
  readonly #busy = new Set<Sandbox>();
  readonly #idle: { sandbox: Sandbox; expiry: NodeJS.Timeout }[] = [];
  readonly #all = new Set<Sandbox>();
  #accepted = 0;
  #isRetired = false;

  constructor(
    definition: FunctionDefinition,
    options: () => Omit<SandboxOptions, 'line'>,
    line: (logStreamName: string, text: string) => void,
  ) {
    this.definition = definition;
    this.#options = options;
    this.#line = line;
  }

  get busy(): ReadonlySet<Sandbox> {
    return this.#busy;
  }

  /** Invocations that run or wait for a process. */
  get accepted(): number {
    return this.#accepted;
  }

  /** One more invocation; false where the function's reserved concurrency is in use. */
  enter(): boolean {
    if (this.#accepted >= (this.definition.reservedConcurrency ?? Number.POSITIVE_INFINITY)) return false;
    this.#accepted += 1;
    return true;
  }

  /** An invocation that entered has ended. */
  leave(): void {
    this.#accepted -= 1;
  }

  lease(fresh: boolean): Lease {
    const warm = fresh ? undefined : this.#takeIdle();
    const sandbox = warm ?? this.#create();
    this.#busy.add(sandbox);
    return { sandbox, cold: warm === undefined };
  }

  /** Keeps the sandbox for the next invocation, if it can take one. */
  release(sandbox: Sandbox, keep: boolean): void {
    this.#busy.delete(sandbox);
    if (!keep || this.#isRetired) sandbox.end();
    if (!sandbox.usable) return;
    const expiry = setTimeout(() => sandbox.end(), idleMsMax);
    expiry.unref();
    this.#idle.push({ sandbox, expiry });
  }

  /** Its function has other code from now on: sandboxes end, the busy ones with their invocation. */
  retire(): void {
    this.#isRetired = true;
    for (const { sandbox, expiry } of this.#idle) {
      clearTimeout(expiry);
      sandbox.end();
    }
  }

  /** Kills every sandbox and waits for their ends. */
  async close(): Promise<void> {
    for (const { expiry } of this.#idle) clearTimeout(expiry);
    for (const sandbox of this.#all) sandbox.end();
    await Promise.all([...this.#all].map((sandbox) => sandbox.ended));
  }

  #takeIdle(): Sandbox | undefined {
    for (;;) {
      const last = this.#idle.pop();
      if (last === undefined) return undefined;
      clearTimeout(last.expiry);
      if (last.sandbox.usable) return last.sandbox;
    }
  }

  #create(): Sandbox {
    const sandbox: Sandbox = new Sandbox(this.definition, {
      ...this.#options(),
      line: (text) => this.#line(sandbox.logStreamName, text),
    });
    this.#all.add(sandbox);
    void sandbox.ended.then(() => this.#all.delete(sandbox));
    return sandbox;
  }
}
