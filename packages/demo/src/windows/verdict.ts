import type { DeployedSource } from '@tidemark/core/deployment';
import { compareWindows, type WindowComparison } from '@tidemark/core/generate/compare-windows';
import type { Expectation } from '@tidemark/core/generate/expectation';
import type { WindowExpectation } from '@tidemark/core/generate/window-expectation';
import type { Tables } from '@tidemark/ops-cli/aws/dynamodb';
import { renderAmount } from '@tidemark/ops-cli/render';
import { admission, judge, ledgerFaults, type Verdict } from '../verdict.ts';
import type { Arrivals } from './arrivals.ts';
import { compareStatistics, type StatisticsComparison } from './compare-statistics.ts';
import type { WindowReading } from './reading.ts';
import type { Statistics } from './statistics.ts';

/** What the comparison of windows with what was sent came to. */
export interface WindowVerdict extends WindowComparison {
  /** Rows compared: every (name, window). */
  readonly rows: number;
  /** Records that arrived at another time than their own. */
  readonly late: number;
  readonly statistics: StatisticsComparison;
  /** What else is not as it must be, one sentence each. */
  readonly faults: readonly string[];
  /** Of the buckets, where the source has any. */
  readonly counts?: Verdict;
}

export interface WindowJudging {
  readonly tables: Tables;
  readonly statistics: Statistics;
  readonly source: DeployedSource;
  readonly span: { readonly fromMs: number; readonly toMs: number };
  readonly expectation: WindowExpectation;
  /** Of the buckets. */
  readonly counts: Expectation;
  readonly arrivals: Arrivals;
  readonly late: number;
  readonly reading: WindowReading;
  readonly nowMs: number;
}

/** Whether everything is as it must be. Records that arrived late were counted where they arrived, which is no mistake of counting. */
export function isFaultless({ differences, statistics, faults, counts }: WindowVerdict): boolean {
  return mismatches({ differences, statistics, faults, ...(counts === undefined ? {} : { counts }) }) === 0;
}

/** How many things are not as they must be. */
export function mismatches(verdict: Pick<WindowVerdict, 'differences' | 'statistics' | 'faults' | 'counts'>): number {
  const { differences, statistics, faults, counts } = verdict;
  const ofCounts = counts === undefined ? 0 : counts.differences.length + counts.faults.length;
  return differences.length + statistics.differences.length + faults.length + ofCounts;
}

/** Compares every window with what was sent, CloudWatch with the table, and the ledger with how many records were sent. */
export async function judgeWindows(judging: WindowJudging): Promise<WindowVerdict> {
  const { tables, statistics, source, span, expectation, arrivals, late, reading, nowMs } = judging;
  await arrivals.read();
  const { isSeries, faults } = await admission(tables, source, expectation.names(), nowMs);
  const expected = expectation.rows(isSeries);
  const names = [...new Set([...expected, ...reading.windows].map(({ name }) => name))];
  const points = await statistics.read(names, ['count', 'sum', 'minimum', 'maximum'], span);
  const counted = reading.counts;
  return {
    ...compareWindows(expected, reading.windows),
    rows: expected.length,
    late,
    statistics: compareStatistics(reading.windows, points),
    faults: [...faults, ...ledgerFaults(reading.ledger, expectation), ...arrivalFaults(arrivals)],
    ...(counted === undefined ? {} : { counts: await judge(tables, source, judging.counts, counted.ledger, nowMs) }),
  };
}

function arrivalFaults({ faults: { missing, strange } }: Arrivals): string[] {
  const faults: string[] = [];
  if (missing > 0)
    faults.push(`${renderAmount(missing, 'record is', 'records are')} not on the stream with the arrival that was set`);
  if (strange > 0)
    faults.push(`the stream holds ${renderAmount(strange, 'record', 'records')} that nobody sent, or not at that time`);
  return faults;
}
