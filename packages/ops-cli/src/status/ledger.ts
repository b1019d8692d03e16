import type { LedgerCounts } from '@tidemark/core/control/ledger';
import type { ControlItem } from '../aws/dynamodb.ts';

const fields = [
  'Received',
  'Counted',
  'Quarantined',
  'Malformed',
  'TooOld',
  'TooNew',
  'OverCap',
  'Redelivered',
] as const;

export interface LedgerStatus {
  /** Of every day. */
  readonly total: LedgerCounts;
  /** Of the days from yesterday's on. */
  readonly recent: LedgerCounts;
  /** `2026-11-20 shardId-000000000000` of each item whose figures do not add up. There must be none. */
  readonly unbalanced: readonly string[];
}

/** Adds up ledger items. `item` is `LEDGER#<consumer>#<day>#<shardId>`; `recentDay` is the first day that counts as recent. */
export function ledgerStatus(items: readonly ControlItem[], recentDay: string): LedgerStatus {
  let total = emptyLedger;
  let recent = emptyLedger;
  const unbalanced: string[] = [];
  for (const item of items) {
    const [, , day = '', shardId = ''] = item.Item.split('#');
    const counts = ledgerCounts(item);
    total = add(total, counts);
    if (day >= recentDay) recent = add(recent, counts);
    if (!isBalanced(counts)) unbalanced.push(`${day} ${shardId}`);
  }
  return { total, recent, unbalanced };
}

/** received = counted + quarantined, and the quarantined are malformed, too old or too new. */
export function isBalanced(counts: LedgerCounts): boolean {
  const { Received, Counted, Quarantined, Malformed, TooOld, TooNew, OverCap } = counts;
  return Received === Counted + Quarantined && Quarantined === Malformed + TooOld + TooNew && OverCap <= Counted;
}

const emptyLedger: LedgerCounts = ledgerCounts({});

function ledgerCounts(item: Readonly<Record<string, unknown>>): LedgerCounts {
  const entries = fields.map((field) => [field, typeof item[field] === 'number' ? item[field] : 0]);
  return Object.fromEntries(entries) as Record<(typeof fields)[number], number>;
}

function add(one: LedgerCounts, other: LedgerCounts): LedgerCounts {
  const entries = fields.map((field) => [field, one[field] + other[field]]);
  return Object.fromEntries(entries) as Record<(typeof fields)[number], number>;
}
