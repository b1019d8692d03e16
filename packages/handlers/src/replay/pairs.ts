import type { ComparedRow, JoinedPair } from '@tidemark/core/replay/compare';
import { joinRows, pairPlace } from '@tidemark/core/replay/compare';
import type { StepCall } from '@tidemark/core/replay/steps';
import type { GenerationRange, TimelineRanges } from '@tidemark/core/replay/timeline';
import { rangesOf } from '@tidemark/core/replay/timeline';
import type { SpanSize } from '@tidemark/core/series/key';
import { bucketRange, decodeBucket } from '@tidemark/core/series/key';
import type { Item } from '../aws/dynamodb.ts';
import type { Step } from './step.ts';

/** A query page has at most 1 MB, some five thousand partials. */
const pageItems = 5000;

/** A stretch of buckets of which two generations are read beside each other. */
export interface Segment {
  readonly fromMs: number;
  /** Absent: without end. */
  readonly toMs?: number;
  readonly live: number;
  readonly recount: number;
}

/** A partial as the table has it, with whatever else stands in its item. */
export type PartialRow = ComparedRow & Item;

/** Where the generation of one timeline meets that of another, or one generation throughout: stretches of equal pairs, ascending. */
export function segmentsOf(
  size: SpanSize,
  fromMs: number,
  toMs: number | undefined,
  live: TimelineRanges,
  recount: TimelineRanges | number,
): Segment[] {
  return rangesOf({ Ranges: live }, size, fromMs, toMs).flatMap((range) => {
    const { generation, ...stretch } = range;
    if (typeof recount === 'number') return [{ ...stretch, live: generation, recount }];
    return rangesOf({ Ranges: recount }, size, stretch.fromMs, stretch.toMs).map((other) => ({
      fromMs: other.fromMs,
      ...(other.toMs === undefined ? {} : { toMs: other.toMs }),
      live: generation,
      recount: other.generation,
    }));
  });
}

/** The partials of one series and size, joined by start and slice, in order; those past the key `after` where that is given. */
export async function* pairsOf(
  step: Step<StepCall>,
  { name, size }: { readonly name: string; readonly size: SpanSize },
  segments: readonly Segment[],
  after?: string,
): AsyncGenerator<readonly JoinedPair<PartialRow>[]> {
  const afterMs = after === undefined ? Number.NEGATIVE_INFINITY : pairPlace(size, after).startMs;
  for (const segment of segments) {
    if (segment.toMs !== undefined && segment.toMs <= afterMs) continue;
    const isInside = after !== undefined && segment.fromMs <= afterMs;
    const sides = [segment.live, segment.recount].map(
      (generation) => new Side(rowsOf(step, name, size, generation, segment, isInside ? after : undefined)),
    ) as [Side, Side];
    while (sides.some((side) => !side.isDone)) {
      await Promise.all(sides.map((side) => side.fill()));
      const [live, recount] = sides;
      const joined = joinRows(live, recount);
      [live.rows, recount.rows] = [joined.live, joined.recount];
      if (joined.pairs.length > 0) yield joined.pairs;
    }
  }
}

/** The partials of one series and size in these ranges, in order, page by page, none of them empty; those past the key `after` where that is given. */
export async function* partialsOf(
  step: Step<StepCall>,
  { name, size, after }: { readonly name: string; readonly size: SpanSize; readonly after?: string },
  ranges: readonly GenerationRange[],
): AsyncGenerator<readonly PartialRow[]> {
  const afterMs = after === undefined ? Number.NEGATIVE_INFINITY : pairPlace(size, after).startMs;
  for (const range of ranges) {
    if (range.toMs !== undefined && range.toMs <= afterMs) continue;
    yield* rowsOf(step, name, size, range.generation, range, range.fromMs <= afterMs ? after : undefined);
  }
}

/** One generation's partials, as far as they were read and not joined yet. */
class Side {
  rows: readonly PartialRow[] = [];
  isWhole = false;
  readonly #pages: AsyncGenerator<PartialRow[]>;

  constructor(pages: AsyncGenerator<PartialRow[]>) {
    this.#pages = pages;
  }

  get isDone(): boolean {
    return this.isWhole && this.rows.length === 0;
  }

  /** Reads on where nothing is left to join. */
  async fill(): Promise<void> {
    while (this.rows.length === 0 && !this.isWhole) {
      const { value, done } = await this.#pages.next();
      if (done) this.isWhole = true;
      else this.rows = value;
    }
  }
}

async function* rowsOf(
  { dynamodb, call, signal }: Step<StepCall>,
  name: string,
  size: SpanSize,
  generation: number,
  { fromMs, toMs }: Pick<Segment, 'fromMs' | 'toMs'>,
  after: string | undefined,
): AsyncGenerator<PartialRow[]> {
  const { low, high } = bucketRange(size, generation, fromMs, toMs);
  // No slice has a space: this lies past the key, and before whatever comes after it.
  const past = after === undefined ? low : `${bucketRange(size, generation).low}${after} `;
  const query = {
    table: call.settings.seriesTable,
    partition: { name: 'EventName', value: name },
    sort: { name: 'Bucket', low: past, high },
    pageItems,
  };
  if (past > high) return;
  for await (const page of dynamodb.pages(query, signal)) {
    const rows = (page as unknown as PartialRow[]).filter(({ Bucket }) => isPartialKey(Bucket));
    if (rows.length > 0) yield rows;
  }
}

/** Somebody else may have put items there that are no partials. */
function isPartialKey(bucket: string): boolean {
  try {
    decodeBucket(bucket);
    return true;
  } catch {
    return false;
  }
}
