import type { BucketSize } from '@tidemark/core/series/bucket';
import { csvHeader, csvLine } from '@tidemark/core/series/csv';
import { compareNames } from '@tidemark/core/series/total';
import type { WindowSize } from '@tidemark/core/series/window';
import { isWindowSize } from '@tidemark/core/series/window';
import { windowCsvHeader, windowCsvLine } from '@tidemark/core/series/window-csv';
import type { WindowTotal } from '@tidemark/core/series/window-total';
import type { Destination } from './destination.ts';
import { bucketLine, windowLine } from './jsonl.ts';
import { WindowScratch } from './scratch.ts';
import { type ExportFormat, type Output, type Sink, textSink } from './sink.ts';
import { type BucketTotal, bucketTotals, type TotalsAsked, type TotalsReach, windowTotalsInOrder } from './totals.ts';

/** What was written so far. Grows as totals pass. */
export interface Written {
  series: number;
  totals: number;
  /** Events of buckets, readings of windows. */
  events: bigint;
}

/**
 * Reads the totals that are asked for and writes them to `destination` as they come, by name in code-point order and then by time. Rejects with the
 * signal's reason when that aborts. Neither commits nor discards.
 */
export async function writeTotals(
  reach: TotalsReach,
  asked: TotalsAsked,
  format: ExportFormat,
  destination: Destination,
  written: Written,
): Promise<void> {
  const { size } = asked;
  if (isWindowSize(size)) await writeWindows(reach, { ...asked, size }, format, destination, written);
  else {
    const sink = await bucketSink(format, destination, size);
    const totals = bucketTotals(reach, { ...asked, size });
    await pour(
      counted(totals, written, ({ count }) => count),
      sink,
    );
  }
}

async function writeWindows(
  reach: TotalsReach,
  asked: TotalsAsked & { readonly size: WindowSize },
  format: ExportFormat,
  destination: Destination,
  written: Written,
): Promise<void> {
  const totals = counted(windowTotalsInOrder(reach, asked), written, ({ records }) => BigInt(records));
  if (format === 'jsonl') return pour(totals, textSink(destination, '', windowLine));
  const configured = (reach.source.event.measures ?? []).map(({ name }) => name);
  const scratch = await WindowScratch.open(destination.folder);
  try {
    for await (const rows of totals) await scratch.add(rows);
    const others = [...scratch.measures].filter((name) => !configured.includes(name)).sort(compareNames);
    reach.signal.throwIfAborted();
    await pour(scratch.rows(), await windowSink(format, destination, [...configured, ...others]));
  } finally {
    await scratch.close();
  }
}

async function pour<Row>(totals: AsyncIterable<readonly Row[]>, sink: Sink<Row>): Promise<void> {
  for await (const rows of totals) await sink.rows(rows);
  await sink.end();
}

async function* counted<Row extends { readonly name: string }>(
  totals: AsyncIterable<readonly Row[]>,
  written: Written,
  eventsOf: (row: Row) => bigint,
): AsyncGenerator<readonly Row[]> {
  let last: string | undefined;
  for await (const rows of totals) {
    for (const row of rows) {
      if (row.name !== last) written.series += 1;
      last = row.name;
      written.events += eventsOf(row);
    }
    written.totals += rows.length;
    yield rows;
  }
}

async function bucketSink(format: ExportFormat, output: Output, size: BucketSize): Promise<Sink<BucketTotal>> {
  if (format === 'csv') return textSink(output, csvHeader(size), csvLine);
  if (format === 'jsonl') return textSink(output, '', (total) => bucketLine(total, size));
  // The library is loaded by whoever needs it.
  return (await import('./parquet.ts')).bucketParquet(output, size);
}

async function windowSink(
  format: Exclude<ExportFormat, 'jsonl'>,
  output: Output,
  measures: readonly string[],
): Promise<Sink<WindowTotal>> {
  if (format === 'csv') return textSink(output, windowCsvHeader(measures), (total) => windowCsvLine(total, measures));
  return (await import('./parquet.ts')).windowParquet(output, measures);
}
