import type { DeployedSource } from '@tidemark/core/deployment';
import type { BucketSize } from '@tidemark/core/series/bucket';
import { decodeBucket, type SpanSize } from '@tidemark/core/series/key';
import { compareNames } from '@tidemark/core/series/total';
import { type TruthItems, trueRanges } from '@tidemark/core/series/true-ranges';
import type { WindowSize } from '@tidemark/core/series/window';
import { type WindowTotal, windowTotals } from '@tidemark/core/series/window-total';
import type { ExactPartial, SortKeyRange, Tables, WindowPartial } from '../aws/dynamodb.ts';
import { Failure } from '../failure.ts';
import { seriesNames } from '../partials.ts';
import { readFloors } from '../prune/floors.ts';
import { adjacent } from './adjacent.ts';
import { pagesInOrder } from './ahead.ts';

/** The total of a bucket, exact whatever its size. */
export interface BucketTotal {
  readonly name: string;
  /** Start of the bucket, milliseconds since the epoch. */
  readonly startMs: number;
  readonly count: bigint;
}

/** Where totals are read, and until when. */
export interface TotalsReach {
  readonly tables: Pick<Tables, 'catalogue' | 'controlItem' | 'exactPartials' | 'windows'>;
  readonly source: DeployedSource;
  /** What is true and what is pruned, as it stood when the reading began. */
  readonly truth: TruthItems;
  readonly signal: AbortSignal;
}

/** Which totals: those of one size that start at or after `fromMs` and before `toMs`, milliseconds since the epoch. */
export interface TotalsAsked {
  readonly size: SpanSize;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Undefined: every series that the catalogue names, and `$other`. */
  readonly names?: readonly string[];
  /** Told before the first series and after each. */
  readonly onProgress?: (series: number, of: number) => void;
}

/** The totals of buckets as they are read: by name in code-point order and then by time, never all of them at once. */
export async function* bucketTotals(
  reach: TotalsReach,
  asked: TotalsAsked & { readonly size: BucketSize },
): AsyncGenerator<BucketTotal[]> {
  const { tables, source } = reach;
  const read = (name: string, range: SortKeyRange) => tables.exactPartials(source.seriesTable, name, range);
  for await (const groups of trueGroups(reach, asked, read)) yield groups.map(bucketTotal);
}

/** The totals of windows likewise. */
export async function* windowTotalsInOrder(
  reach: TotalsReach,
  asked: TotalsAsked & { readonly size: WindowSize },
): AsyncGenerator<WindowTotal[]> {
  const { tables, source } = reach;
  const read = (name: string, range: SortKeyRange) => tables.windows(source.seriesTable, name, range);
  for await (const groups of trueGroups(reach, asked, read)) yield groups.flatMap(exactWindowTotals);
}

/**
 * The true partials of what is asked for, those of one bucket or window together. A switch in the meantime does no harm: what was true stands. What
 * is pruned in the meantime, or closed again, may have been read in part: then it throws a Failure in the end.
 */
async function* trueGroups<Item extends Pick<ExactPartial, 'Bucket'>>(
  { tables, source, truth: before, signal }: TotalsReach,
  { size, fromMs, toMs, names: only, onProgress }: TotalsAsked,
  read: (name: string, range: SortKeyRange) => AsyncIterable<readonly Item[]>,
): AsyncGenerator<(readonly Item[])[]> {
  const names = [...new Set(only ?? (await seriesNames(tables, source)))].sort(compareNames);
  const ranges = trueRanges(before, size, fromMs, toMs);
  let done = 0;
  onProgress?.(done, names.length);
  const pages = pagesInOrder(
    names,
    (name) => inRanges(ranges, name, read),
    signal,
    () => {
      done += 1;
      onProgress?.(done, names.length);
    },
  );
  yield* adjacent(pages);
  const floors = await readFloors(tables, source);
  const rangesAfter = trueRanges({ ...before, floors }, size, fromMs, toMs);
  if (JSON.stringify(rangesAfter) !== JSON.stringify(ranges))
    throw new Failure(
      `What is pruned of ${source.name} changed while it was read, and part of it may be missing. Run it again.`,
    );
}

async function* inRanges<Item>(
  ranges: readonly SortKeyRange[],
  name: string,
  read: (name: string, range: SortKeyRange) => AsyncIterable<readonly Item[]>,
): AsyncGenerator<readonly Item[]> {
  for (const range of ranges) yield* read(name, range);
}

function bucketTotal(partials: readonly ExactPartial[]): BucketTotal {
  const [{ EventName: name, Bucket }] = partials as readonly [ExactPartial];
  const count = partials.reduce((sum, { EventCount }) => sum + EventCount, 0n);
  return { name, startMs: decodeBucket(Bucket).startMs, count };
}

/** Readings are added up as numbers, which is exact as far as numbers are. Throws a Failure beyond that. */
function exactWindowTotals(partials: readonly WindowPartial[]): WindowTotal[] {
  const totals = windowTotals(partials);
  for (const { name, records } of totals)
    if (!Number.isSafeInteger(records))
      throw new Failure(`a window of ${JSON.stringify(name)} has more readings than can be told exactly: ${records}`);
  return totals;
}
