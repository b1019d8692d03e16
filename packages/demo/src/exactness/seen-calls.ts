import type { Engine } from '@tidemark/local/engine';
import type { Call } from '@tidemark/local/gateway/intercept';

/** Gives every call a name that follows from the calls alone, from its construction on. */
export abstract class SeenCalls {
  readonly #seen = new Map<number, string>();
  readonly #recorded = new Set<string>();

  /** To be made before any fault is added: the first fault to match a call is the only one that sees it. */
  constructor(engine: Engine) {
    engine.faults.add({ match: { where: (call) => this.#see(call) }, action: { kind: 'lose' }, times: 0 });
  }

  /** Forgets what was recorded, and records anew. */
  record(): void {
    this.#recorded.clear();
  }

  /** The positions of all calls since `record`, in the order of their first appearance. */
  get recorded(): readonly string[] {
    return [...this.#recorded];
  }

  /** Undefined for calls of others. */
  positionOf(call: Call): string | undefined {
    return this.#seen.get(call.number);
  }

  /** Asked once for each call, in their order. Undefined for calls of others. */
  protected abstract name(call: Call): string | undefined;

  #see(call: Call): boolean {
    const position = this.name(call);
    if (position === undefined) return false;
    this.#seen.set(call.number, position);
    this.#recorded.add(position);
    return false;
  }
}
