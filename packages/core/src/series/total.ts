import { Buffer } from 'node:buffer';
import { type BucketSize, bucketMs } from './bucket.ts';
import { decodeBucket } from './key.ts';
import type { PartialItem } from './partial.ts';
import { isWindowSize } from './window.ts';

/** A bucket's total: what readers see. */
export interface Total {
  readonly name: string;
  readonly size: BucketSize;
  /** Start of the bucket, milliseconds since the epoch. */
  readonly startMs: number;
  readonly count: number;
}

/** Merges the partials of any number of slices into the totals of their buckets (windows are none), by name in code-point order, then by time. Partials of one generation. */
export function totalsOf(partials: Iterable<Pick<PartialItem, 'EventName' | 'Bucket' | 'EventCount'>>): Total[] {
  const totals = new Map<string, Total>();
  for (const { EventName: name, Bucket, EventCount } of partials) {
    const { size, startMs } = decodeBucket(Bucket);
    if (isWindowSize(size)) continue;
    const key = `${size}#${startMs}#${name}`;
    totals.set(key, { name, size, startMs, count: (totals.get(key)?.count ?? 0) + EventCount });
  }
  return byNameAndTime([...totals.values()], (one, other) => bucketMs[one.size] - bucketMs[other.size]);
}

/** Sorts by name in code-point order, then by start, then by `last`. Each name is compared once, not once a row. */
export function byNameAndTime<Row extends { readonly name: string; readonly startMs: number }>(
  rows: readonly Row[],
  last: (one: Row, other: Row) => number,
): Row[] {
  const names = [...new Set(rows.map(({ name }) => name))].sort(compareNames);
  const rank = new Map(names.map((name, index) => [name, index]));
  const byName = (one: Row, other: Row): number => (rank.get(one.name) ?? 0) - (rank.get(other.name) ?? 0);
  return rows.toSorted((one, other) => byName(one, other) || one.startMs - other.startMs || last(one, other));
}

/** Code-point order, which is the order of UTF-8 bytes; the order of JavaScript strings differs beyond U+FFFF. */
export function compareNames(one: string, other: string): number {
  return one === other ? 0 : Buffer.compare(Buffer.from(one), Buffer.from(other));
}
