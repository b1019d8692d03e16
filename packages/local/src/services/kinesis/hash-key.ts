import { hash } from 'node:crypto';

/**
 * A point of the 128-bit key space that shards divide among themselves, as 32 hexadecimal digits, so that string order
 * is numeric order. The API writes it as a decimal.
 */
export type HashKey = string;

/** Both ends belong to the range. */
export interface HashKeyRange {
  readonly start: HashKey;
  readonly end: HashKey;
}

const keySpace = 2n ** 128n;

/** Where a partition key falls: the MD5 of its UTF-8 bytes. */
export function hashKeyOf(partitionKey: string): HashKey {
  return hash('md5', partitionKey, 'hex');
}

/** `undefined` when the decimal does not lie in [0, 2^128 - 1]. */
export function parseHashKey(decimal: string): HashKey | undefined {
  const value = BigInt(decimal);
  return value >= 0n && value < keySpace ? toHashKey(value) : undefined;
}

export function formatHashKey(key: HashKey): string {
  return toBigInt(key).toString();
}

export function hashKeyBefore(key: HashKey): HashKey {
  return toHashKey(toBigInt(key) - 1n);
}

export function hashKeyAfter(key: HashKey): HashKey {
  return toHashKey(toBigInt(key) + 1n);
}

/** Cuts the whole key space into `count` ranges of one width; the last one takes the remainder, as on AWS. */
export function uniformRanges(count: number): HashKeyRange[] {
  const width = keySpace / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    start: toHashKey(width * BigInt(index)),
    end: toHashKey(index === count - 1 ? keySpace - 1n : width * BigInt(index + 1) - 1n),
  }));
}

function toBigInt(key: HashKey): bigint {
  return BigInt(`0x${key}`);
}

function toHashKey(value: bigint): HashKey {
  return value.toString(16).padStart(32, '0');
}
