import { Buffer } from 'node:buffer';

/**
 * A sum of numbers that does not round: every number is a whole multiple of 2^-1074, the smallest there is, and whole numbers of
 * any size add up exactly. Slow, and therefore plain: what windows add up by other means is compared with it.
 */
export class ExactTotal {
  /** In units of 2^-1074. */
  #units = 0n;

  /** Throws a RangeError for what is not finite. */
  add(value: number): void {
    this.#units += unitsOf(value);
  }

  merge(other: ExactTotal): void {
    this.#units += other.#units;
  }

  /** The number nearest to the sum, of two equally near ones the even one. */
  rounded(): number {
    const isNegative = this.#units < 0n;
    const units = isNegative ? -this.#units : this.#units;
    // 53 bits make a number; one more to round by, and one that says whether anything follows.
    const excess = Math.max(0, units.toString(2).length - 55);
    const kept = units >> BigInt(excess);
    const hasMore = kept << BigInt(excess) !== units;
    // What follows only matters where the rest is exactly half: it then lies above half.
    const magnitude = timesPowerOfTwo(Number(hasMore ? kept | 1n : kept), excess - 1074);
    return isNegative ? -magnitude : magnitude;
  }
}

const bits = Buffer.alloc(8);

/** The number in units of 2^-1074, from the bits that it is stored in. */
function unitsOf(value: number): bigint {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no finite number`);
  bits.writeDoubleBE(value);
  const stored = bits.readBigUInt64BE();
  const exponent = (stored >> 52n) & 0x7ffn;
  const fraction = stored & 0xf_ffff_ffff_ffffn;
  const units = exponent === 0n ? fraction : (fraction | 0x10_0000_0000_0000n) << (exponent - 1n);
  return stored >> 63n === 1n ? -units : units;
}

/** In steps, since a power beyond those that there are may have a product that there is. */
function timesPowerOfTwo(value: number, exponent: number): number {
  let product = value;
  for (let left = exponent; left !== 0; ) {
    const step = Math.max(-1000, Math.min(1000, left));
    product *= 2 ** step;
    left -= step;
  }
  return product;
}
