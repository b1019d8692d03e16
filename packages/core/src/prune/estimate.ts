import { childrenAtOnce } from './slots.ts';

/** What a prune goes through. */
export interface Amount {
  readonly items: number;
  /** As DynamoDB reckons them (`itemBytes`), and the write units of their deletion (`writeUnitsOf` of each). */
  readonly bytes: number;
  readonly writeUnits: number;
  /** Bytes of the items that are exported before. */
  readonly exportedBytes: number;
  /** Objects that are written: one for each series, size, generation and day, and at least one for each 5,000 items. */
  readonly objects: number;
  /** Series times ranges: each is asked for, whether it holds anything or not. */
  readonly queries: number;
}

/** What it takes. */
export interface Estimate {
  readonly writeUnits: number;
  /** Of reading every item once, consistently. */
  readonly readUnits: number;
  /** Requests to S3: each object is written, read back, and its day listed. */
  readonly puts: number;
  readonly gets: number;
  readonly lists: number;
  /** Bytes of the objects. */
  readonly storedBytes: number;
  /** US dollars, once. */
  readonly dollars: number;
  /** US dollars for a month of the objects' storage. */
  readonly dollarsPerMonth: number;
  /** At the write budget: deleting is what takes the time. */
  readonly seconds: number;
}

/** US dollars in us-east-1, November 2026: a table on demand, S3 Standard, Lambda on arm64, Step Functions Standard. */
const prices = {
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  put: 5e-6,
  list: 5e-6,
  get: 0.4e-6,
  gbMonth: 0.023,
  lambdaGbSecond: 0.0000133334,
  lambdaCall: 0.2e-6,
  transition: 25e-6,
} as const;

const readUnitBytes = 4096;
const gb = 1024 ** 3;
/** Memory of the function `prune`. */
const functionGb = 1;
/** A child calls the function about so often, in seconds, and each call is some transitions. */
const callSeconds = 60;
const transitionsPerCall = 3;
/** Bytes of compressed lines for each byte of the items in them: a quarter of random counts in buckets was measured, a third of random figures in windows. */
const compressedShare = 0.3;

/**
 * What pruning so much costs, and how long it takes. Reads and writes count as on demand: with provisioned units they are paid already. What publishing takes to
 * pass over the deletions is left out: a thousandth of the rest.
 */
export function estimate(amount: Amount, writeUnitsPerSecond: number): Estimate {
  const { items, bytes, writeUnits, exportedBytes, objects, queries } = amount;
  const seconds = items === 0 ? 0 : Math.ceil(writeUnits / writeUnitsPerSecond);
  const readUnits = Math.ceil(bytes / readUnitBytes) + queries;
  const storedBytes = Math.ceil(exportedBytes * compressedShare);
  const calls = Math.ceil(seconds / callSeconds) * childrenAtOnce;
  const dollars =
    writeUnits * prices.writeUnit +
    readUnits * prices.readUnit +
    objects * (prices.put + prices.get + prices.list) +
    seconds * childrenAtOnce * functionGb * prices.lambdaGbSecond +
    calls * (prices.lambdaCall + transitionsPerCall * prices.transition);
  return {
    writeUnits,
    readUnits,
    puts: objects,
    gets: objects,
    lists: objects,
    storedBytes,
    dollars,
    dollarsPerMonth: (storedBytes / gb) * prices.gbMonth,
    seconds,
  };
}
