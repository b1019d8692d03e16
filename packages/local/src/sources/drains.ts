export interface DrainOptions {
  /** Batches that still gather go out at once. */
  readonly endWindows?: boolean;
  /** Tumbling windows that are open are closed at once, before their time; implies `endWindows`. */
  readonly closeWindows?: boolean;
}

/** Those who wait until a shard has nothing left, and what they want done with what it keeps back meanwhile. */
export class Drains {
  readonly #waiters: { readonly asked: number; readonly resolve: () => void }[] = [];
  #asked = 0;
  #endsBatches = false;
  #closesWindows = false;

  /** Grows with every request. */
  get asked(): number {
    return this.#asked;
  }

  get endsBatches(): boolean {
    return this.#endsBatches;
  }

  get closesWindows(): boolean {
    return this.#closesWindows;
  }

  /** Resolves with `tell`. */
  ask({ endWindows = false, closeWindows = false }: DrainOptions): Promise<void> {
    this.#endsBatches ||= endWindows || closeWindows;
    this.#closesWindows ||= closeWindows;
    this.#asked += 1;
    const asked = this.#asked;
    return new Promise((resolve) => this.#waiters.push({ asked, resolve }));
  }

  /** Nothing was left at a look that began when so many had asked. */
  tell(asked: number): void {
    for (const waiter of this.#waiters.splice(0)) {
      if (waiter.asked <= asked) waiter.resolve();
      else this.#waiters.push(waiter);
    }
    if (this.#waiters.length > 0) return;
    this.#endsBatches = false;
    this.#closesWindows = false;
  }
}
