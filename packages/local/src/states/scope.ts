export type Variables = Readonly<Record<string, unknown>>;

/**
 * The variables of one sequence of states. A branch or an iteration has a scope of its own: it reads those around it, and
 * its own assignments end with it. What a state assigns is seen from the next state on.
 */
export class Scope {
  readonly #outer: Scope | undefined;
  #own: Variables;

  constructor(outer?: Scope, own: Variables = {}) {
    this.#outer = outer;
    this.#own = own;
  }

  /** Those of this scope alone. */
  get own(): Variables {
    return this.#own;
  }

  /** All that a state sees here. Later assignments do not change what was returned. */
  visible(): Variables {
    return this.#outer === undefined ? this.#own : { ...this.#outer.visible(), ...this.#own };
  }

  assign(variables: Variables): void {
    this.#own = { ...this.#own, ...variables };
  }
}
