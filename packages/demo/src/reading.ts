import { controlItems } from '@tidemark/core/control/keys';
import type { LedgerCounts } from '@tidemark/core/control/ledger';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { BucketSize } from '@tidemark/core/series/bucket';
import type { Total } from '@tidemark/core/series/total';
import type { Tables } from '@tidemark/ops-cli/aws/dynamodb';
import { readTotals } from '@tidemark/ops-cli/counters/totals';
import { isBalanced, ledgerStatus } from '@tidemark/ops-cli/status/ledger';
import type { Metric } from './metric.ts';
import type { Standing } from './watch.ts';

/** What stands in the tables and in CloudWatch at one moment. */
export interface Reading {
  readonly ledger: LedgerCounts;
  readonly isBalanced: boolean;
  /** Totals of the size that is shown. */
  readonly totals: readonly Total[];
  /** Their sum. It grows while a batch is being written, before the batch is in the ledger. */
  readonly inTable: number;
  /** CloudWatch's sum by event name. */
  readonly metric: ReadonlyMap<string, number>;
  /** Events that publishing is done with: put into CloudWatch, or in buckets that CloudWatch does not take. */
  readonly settled: number;
  /** The part of `settled` that CloudWatch does not take. */
  readonly unpublished: number;
}

/** Events that are in the table or in the quarantine. */
export function doneWith({ inTable, ledger }: Reading): number {
  return inTable + ledger.Quarantined;
}

/** Events that were put into CloudWatch. */
export function publishedOf({ settled, unpublished }: Reading): number {
  return settled - unpublished;
}

export function standingOf(reading: Reading): Standing {
  const { ledger, settled } = reading;
  return { received: ledger.Received, done: doneWith(reading), settled, isPublished: settled >= ledger.Counted };
}

export interface Reader {
  readonly tables: Tables;
  readonly metric: Metric;
  readonly source: DeployedSource;
  readonly size: BucketSize;
  readonly now: () => number;
}

export async function read({ tables, metric, source, size, now }: Reader): Promise<Reading> {
  const items = (prefix: string) => tables.controlItems(source.controlTable, source.name, prefix);
  const [ledgerItems, published] = await Promise.all([
    items(controlItems.ledgerPrefix('count')),
    items(controlItems.checkpointPrefix('publish')),
  ]);
  const { total, unbalanced } = ledgerStatus(ledgerItems, '');
  // After the ledger, so that everything that it has counted is in them.
  const totals = await readTotals(tables, source, { size });
  const names = [...new Set(totals.map(({ name }) => name))];
  const sum = (field: string): number =>
    published.reduce((all, item) => all + (typeof item[field] === 'number' ? item[field] : 0), 0);
  const unpublished = sum('TooOld') + sum('TooNew') + sum('Pruned');
  return {
    ledger: total,
    isBalanced: unbalanced.length === 0 && isBalanced(total),
    totals,
    inTable: totals.reduce((all, { count }) => all + count, 0),
    metric: await metric.sums(names, now()),
    settled: sum('Published') + unpublished,
    unpublished,
  };
}
