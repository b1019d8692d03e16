interface Timer {
  readonly atMs: number;
  readonly action: () => void;
}

/** Everything that happens at a stated time: waits that end, states that change, what operators do. */
export class Timers {
  readonly #world: { readonly nowMs: number };
  readonly #timers = new Set<Timer>();

  constructor(world: { readonly nowMs: number }) {
    this.#world = world;
  }

  /** When the next one is due; Infinity without one. */
  get nextMs(): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { atMs } of this.#timers) {
      nextMs = Math.min(nextMs, atMs);
    }
    return nextMs;
  }

  /** Performs `action` in `ms`, unless what is returned is called before. */
  in(ms: number, action: () => void): () => void {
    return this.at(this.#world.nowMs + ms, action);
  }

  at(atMs: number, action: () => void): () => void {
    const timer = { atMs, action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Performs what is due: the earliest first, and of those of one moment the one that was asked for first. */
  passTime(): void {
    for (let next = this.#due(); next !== undefined; next = this.#due()) {
      this.#timers.delete(next);
      next.action();
    }
  }

  #due(): Timer | undefined {
    let due: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.atMs <= this.#world.nowMs && timer.atMs < (due?.atMs ?? Number.POSITIVE_INFINITY)) {
        due = timer;
      }
    }
    return due;
  }
}
