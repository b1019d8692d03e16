import { catalogueOf } from '@tidemark/core/control/catalogue';
import type { LedgerCounts } from '@tidemark/core/control/ledger';
import type { DeployedSource } from '@tidemark/core/deployment';
import { compareCounts, type Difference, type Expectation } from '@tidemark/core/generate/expectation';
import type { Total } from '@tidemark/core/series/total';
import type { Tables } from '@tidemark/ops-cli/aws/dynamodb';
import { readTotals } from '@tidemark/ops-cli/counters/totals';

/** What the comparison of the tables with what was sent came to. */
export interface Verdict {
  /** Rows compared: every (event, bucket size, bucket). */
  readonly rows: number;
  readonly differences: readonly Difference[];
  /** What in the ledger is not as it must be, one sentence each. */
  readonly faults: readonly string[];
}

/** Compares every count of every size with what was sent, and the ledger with how many records were sent. */
export async function judge(
  tables: Tables,
  source: DeployedSource,
  expectation: Expectation,
  ledger: LedgerCounts,
  nowMs: number,
): Promise<Verdict> {
  const found: Total[] = [];
  for (const size of source.buckets) found.push(...(await readTotals(tables, source, { size })));
  const { isSeries, faults } = await admission(tables, source, expectation.names(), nowMs);
  const expected = expectation.rows(isSeries);
  return {
    rows: expected.length,
    differences: compareCounts(expected, found),
    faults: [...faults, ...ledgerFaults(ledger, expectation)],
  };
}

/**
 * Which names must have a series of their own. Up to the cap, all of them; beyond it, those that came first, which only
 * the catalogue knows: it must then be full, and hold no name that was not sent.
 */
export async function admission(
  tables: Tables,
  source: DeployedSource,
  sentNames: Iterable<string>,
  nowMs: number,
): Promise<{ isSeries: (name: string) => boolean; faults: string[] }> {
  const item = await tables.catalogue(source.controlTable, source.name);
  const names = new Set(sentNames);
  if (item === undefined) return { isSeries: () => true, faults: [] };
  const cap = catalogueOf(item).capAt(nowMs);
  if (names.size <= cap) return { isSeries: () => true, faults: [] };
  const admitted = new Set(item.Names.slice(0, cap));
  const faults: string[] = [];
  if (admitted.size !== cap)
    faults.push(`the cap is ${cap} series, yet ${admitted.size} were admitted of ${names.size} names`);
  for (const name of admitted)
    if (!names.has(name)) faults.push(`${JSON.stringify(name)} is a series, yet was never sent`);
  return { isSeries: (name) => admitted.has(name), faults };
}

/** Where the ledger's figures are not those of what was sent. */
export function ledgerFaults(
  ledger: LedgerCounts,
  expectation: Pick<Expectation, 'sent' | 'counted' | 'quarantined'>,
): string[] {
  const figures = [
    ['received', ledger.Received, expectation.sent],
    ['counted', ledger.Counted, expectation.counted],
    ['quarantined', ledger.Quarantined, expectation.quarantined],
  ] as const;
  return figures.flatMap(([word, found, expected]) =>
    found === expected ? [] : [`the ledger says ${word} ${found}, expected ${expected}`],
  );
}
