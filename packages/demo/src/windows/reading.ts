import { controlItems } from '@tidemark/core/control/keys';
import type { LedgerCounts } from '@tidemark/core/control/ledger';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { WindowTotal } from '@tidemark/core/series/window-total';
import type { Tables } from '@tidemark/ops-cli/aws/dynamodb';
import { isBalanced, ledgerStatus } from '@tidemark/ops-cli/status/ledger';
import { readWindowTotals } from '@tidemark/ops-cli/windows/totals';
import * as counters from '../reading.ts';
import type { Standing } from '../watch.ts';
import type { Statistics } from './statistics.ts';

/** What stands in the tables and in CloudWatch at one moment. */
export interface WindowReading {
  readonly ledger: LedgerCounts;
  readonly isBalanced: boolean;
  /** Every window that is in the table, by name and then by time. */
  readonly windows: readonly WindowTotal[];
  /** Their readings. They are written before they are in the ledger. */
  readonly inTable: number;
  /** Samples of every measure in CloudWatch, and how many there must be for the windows in the table. */
  readonly published: number;
  readonly toPublish: number;
  /** The counts of buckets, where the source has any. */
  readonly counts?: counters.Reading;
}

export interface WindowReader {
  readonly tables: Tables;
  readonly statistics: Statistics;
  readonly source: DeployedSource;
  /** When windows may start, milliseconds since the epoch. */
  readonly span: { readonly fromMs: number; readonly toMs: number };
  /** Of the buckets, where the source has any. */
  readonly counts?: counters.Reader;
}

export async function readWindows({ counts, ...reader }: WindowReader): Promise<WindowReading> {
  const [windows, buckets] = await Promise.all([
    readRows(reader),
    counts === undefined ? undefined : counters.read(counts),
  ]);
  return { ...windows, ...(buckets === undefined ? {} : { counts: buckets }) };
}

async function readRows({
  tables,
  statistics,
  source,
  span,
}: Omit<WindowReader, 'counts'>): Promise<Omit<WindowReading, 'counts'>> {
  const prefix = controlItems.ledgerPrefix('window');
  const items = await tables.controlItems(source.controlTable, source.name, prefix);
  const { total: ledger, unbalanced } = ledgerStatus(items, '');
  // After the ledger, so that everything that it has is in them.
  const windows = await readWindowTotals(tables, source, {});
  const names = [...new Set(windows.map(({ name }) => name))];
  const samples = await statistics.read(names, ['count'], span);
  return {
    ledger,
    isBalanced: unbalanced.length === 0 && isBalanced(ledger),
    windows,
    inTable: windows.reduce((sum, { records }) => sum + records, 0),
    published: samples.reduce((sum, { value }) => sum + value, 0),
    toPublish: windows.reduce((sum, { measures }) => sum + samplesOf(measures), 0),
  };
}

function samplesOf(measures: WindowTotal['measures']): number {
  return [...measures.values()].reduce((sum, { count }) => sum + count, 0);
}

/** Readings that are in the table or in the quarantine. */
export function doneWith({ inTable, ledger }: WindowReading): number {
  return inTable + ledger.Quarantined;
}

/** Of windows and, where there are any, buckets: whichever is further behind. */
export function standingOf(reading: WindowReading): Standing {
  const { ledger, published, toPublish, counts } = reading;
  const windows = {
    received: ledger.Received,
    done: doneWith(reading),
    settled: published,
    isPublished: published >= toPublish,
  };
  if (counts === undefined) return windows;
  const buckets = counters.standingOf(counts);
  return {
    received: Math.min(windows.received, buckets.received),
    done: Math.min(windows.done, buckets.done),
    settled: windows.settled + buckets.settled,
    isPublished: windows.isPublished && buckets.isPublished,
  };
}
