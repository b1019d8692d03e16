/** Somebody who is to be woken. */
export interface Sleeper {
  readonly dueMs: number;
  wake(): void;
}

interface Place {
  readonly sleeper: Sleeper;
  /** Who went to sleep first is woken first, of those that are due at once. */
  readonly number: number;
  index: number;
}

/**
 * Who sleeps, as a binary heap: whoever is due first is known at once, and anybody comes or goes in a few steps. Thousands of executions sleep at a time, and
 * nearly all are let go before they are due: libraries of heaps look through all of them for the one to take out, and the sorted tree that need not
 * (sorted-btree) is CommonJS whose default export Node and vitest take for different things.
 */
export class Sleepers {
  readonly #heap: Place[] = [];
  readonly #places = new Map<Sleeper, Place>();
  #added = 0;

  /** Infinity where nobody sleeps. */
  get nextDueMs(): number {
    return this.#heap[0]?.sleeper.dueMs ?? Number.POSITIVE_INFINITY;
  }

  add(sleeper: Sleeper): void {
    this.#added += 1;
    const place = { sleeper, number: this.#added, index: this.#heap.length };
    this.#places.set(sleeper, place);
    this.#heap.push(place);
    this.#rise(place);
  }

  delete(sleeper: Sleeper): void {
    const place = this.#places.get(sleeper);
    const last = this.#heap.at(-1);
    if (place === undefined || last === undefined) return;
    this.#places.delete(sleeper);
    this.#heap.pop();
    if (last === place) return;
    this.#put(last, place.index);
    this.#rise(last);
    this.#sink(last);
  }

  /** Takes out all that are due by then, the earliest first. */
  takeDue(byMs: number): readonly Sleeper[] {
    const due: Sleeper[] = [];
    for (;;) {
      const first = this.#heap[0]?.sleeper;
      if (first === undefined || first.dueMs > byMs) return due;
      this.delete(first);
      due.push(first);
    }
  }

  #rise(place: Place): void {
    for (;;) {
      const above = place.index === 0 ? undefined : this.#heap[(place.index - 1) >> 1];
      if (above === undefined || isBefore(above, place)) return;
      this.#swap(place, above);
    }
  }

  #sink(place: Place): void {
    for (;;) {
      const [left, right] = [this.#heap[2 * place.index + 1], this.#heap[2 * place.index + 2]];
      const below = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
      if (below === undefined || isBefore(place, below)) return;
      this.#swap(place, below);
    }
  }

  #swap(one: Place, other: Place): void {
    const { index } = one;
    this.#put(one, other.index);
    this.#put(other, index);
  }

  #put(place: Place, index: number): void {
    this.#heap[index] = place;
    place.index = index;
  }
}

function isBefore(one: Place, other: Place): boolean {
  const { dueMs } = one.sleeper;
  return dueMs < other.sleeper.dueMs || (dueMs === other.sleeper.dueMs && one.number < other.number);
}
