/**
 * A stream of pseudo-random numbers that a seed fixes for good. Written out here (sfc32, by Chris Doty-Humphrey, public
 * domain) and not taken from a package, so that no update can change the bytes that a seed stands for.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** `seed` and `stream` are taken modulo 2^32; two streams of one seed are independent. */
  constructor(seed: number, stream = 0) {
    this.#a = seed >>> 0;
    this.#b = stream >>> 0;
    this.#c = Math.floor(seed / 2 ** 32) >>> 0;
    // The state needs a dozen rounds before neighbouring seeds no longer resemble each other.
    for (let round = 0; round < 12; round++) this.word();
  }

  /** 0 to 2^32 - 1. */
  word(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0 inclusive to 1 exclusive. */
  fraction(): number {
    return this.word() / 2 ** 32;
  }

  /** An integer from 0 to `below` - 1. */
  integer(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  /** Index of an entry of `cumulative`, an ascending list of running sums, drawn by the weights that they sum. */
  weighted(cumulative: readonly number[]): number {
    const target = this.fraction() * (cumulative.at(-1) ?? 0);
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** `digits` hexadecimal digits, at most 8. */
  hex(digits: number): string {
    return this.word().toString(16).padStart(8, '0').slice(0, digits);
  }
}

/** Running sums of `weights`. */
export function cumulate(weights: readonly number[]): number[] {
  let sum = 0;
  return weights.map((weight) => {
    sum += weight;
    return sum;
  });
}
