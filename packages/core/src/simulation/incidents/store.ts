/** An item with a version, as the Control table has it. */
export interface Versioned {
  readonly Version: number;
}

/** `before`: the version that was read; 0: that there is no such item. */
export interface Write {
  readonly key: string;
  readonly item: Versioned;
  readonly before: number;
}

type OnWrite = (key: string, before: Versioned | undefined, after: Versioned) => void;

/** The Control table: consistent reads, and writes on conditions, several together or none. */
export class Store {
  readonly #items = new Map<string, Versioned>();
  readonly #conditions: boolean;
  readonly #onWrite: OnWrite;

  constructor(conditions: boolean, onWrite: OnWrite) {
    this.#conditions = conditions;
    this.#onWrite = onWrite;
  }

  read<Item extends Versioned>(key: string): Item | undefined {
    return this.#items.get(key) as Item | undefined;
  }

  scan<Item extends Versioned>(prefix: string): { key: string; item: Item }[] {
    return [...this.#items].flatMap(([key, item]) => (key.startsWith(prefix) ? [{ key, item: item as Item }] : []));
  }

  /** False, and nothing written, where an item is not as it was read. */
  put(writes: readonly Write[]): boolean {
    const stale = writes.some(({ key, before }) => (this.#items.get(key)?.Version ?? 0) !== before);
    if (stale && this.#conditions) return false;
    for (const { key, item } of writes) {
      const before = this.#items.get(key);
      this.#items.set(key, item);
      this.#onWrite(key, before, item);
    }
    return true;
  }

  delete(key: string): void {
    this.#items.delete(key);
  }
}
