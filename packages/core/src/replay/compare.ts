import { bucketMs } from '../series/bucket.ts';
import type { SpanSize } from '../series/key.ts';
import { decodeBucket } from '../series/key.ts';
import { isWindowSize, windowSeconds } from '../series/window.ts';
import type { ComparedContent } from './verdict.ts';

/** A partial of either side, as a page of a query gives it. */
export interface ComparedRow extends ComparedContent {
  readonly Bucket: string;
}

/** What has been read of one side and not been joined yet, ascending by key. `isWhole`: nothing comes after it. */
export interface SideRows<Row extends ComparedRow = ComparedRow> {
  readonly rows: readonly Row[];
  readonly isWhole: boolean;
}

/** Two partials of one (series, bucket, slice), at least one of them. */
export interface JoinedPair<Row extends ComparedRow = ComparedRow> {
  /** `<start>#<slice>`: the key without size and generation. Ascends over the pairs of one series and size. */
  readonly key: string;
  readonly live?: Row;
  readonly recount?: Row;
}

export interface Joined<Row extends ComparedRow = ComparedRow> {
  readonly pairs: readonly JoinedPair<Row>[];
  /** What cannot be joined before more of the other side is read: goes before that side's next page. */
  readonly live: readonly Row[];
  readonly recount: readonly Row[];
}

/** A bucket is over for sure when so much time has passed since its end, in milliseconds: a window may close so late. */
export const openSlackMs = 2 * 60_000;

/** `2026-11-02T09:00:00Z#000000000003` of `1h#0000#2026-11-02T09:00:00Z#000000000003`. */
export function joinKey(bucket: string): string {
  return bucket.slice(bucket.indexOf('#', bucket.indexOf('#') + 1) + 1);
}

/**
 * Joins what both sides have of one series and size. The true side may come from several generations, one range after the other: what
 * is joined is start and slice. Pairs come in order, and only those that no later page can add to.
 */
export function joinRows<Row extends ComparedRow>(live: SideRows<Row>, recount: SideRows<Row>): Joined<Row> {
  const pairs: JoinedPair<Row>[] = [];
  let left = 0;
  let right = 0;
  for (;;) {
    const one = live.rows[left];
    const other = recount.rows[right];
    if ((one === undefined && !live.isWhole) || (other === undefined && !recount.isWhole)) break;
    if (one === undefined && other === undefined) break;
    const oneKey = one === undefined ? undefined : joinKey(one.Bucket);
    const otherKey = other === undefined ? undefined : joinKey(other.Bucket);
    const takesOne = oneKey !== undefined && (otherKey === undefined || oneKey <= otherKey);
    const takesOther = otherKey !== undefined && (oneKey === undefined || otherKey <= oneKey);
    pairs.push({
      key: (takesOne ? oneKey : otherKey) as string,
      ...(takesOne && one !== undefined ? { live: one } : {}),
      ...(takesOther && other !== undefined ? { recount: other } : {}),
    });
    if (takesOne) left += 1;
    if (takesOther) right += 1;
  }
  return { pairs, live: live.rows.slice(left), recount: recount.rows.slice(right) };
}

/** The start of the bucket, milliseconds since the epoch, and the slice that a pair's key names. */
export function pairPlace(size: SpanSize, key: string): { readonly startMs: number; readonly slice: string } {
  const { startMs, slice } = decodeBucket(`${size}#0000#${key}`);
  return { startMs, slice };
}

/** Whether events may still be expected in the bucket or window: then that it is undecided says nothing. */
export function isOpen(size: SpanSize, startMs: number, nowMs: number): boolean {
  return startMs + spanMs(size) + openSlackMs > nowMs;
}

/** Start of the first bucket or window of `size` that starts at `fromMs` or after it: what a timeline names are whole buckets. */
export function firstStart(size: SpanSize, fromMs: number): number {
  return Math.ceil(fromMs / spanMs(size)) * spanMs(size);
}

/** Length of a bucket or window, in milliseconds. */
export function spanMs(size: SpanSize): number {
  return isWindowSize(size) ? windowSeconds(size) * 1000 : bucketMs[size];
}
