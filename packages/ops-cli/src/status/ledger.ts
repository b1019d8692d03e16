import { addLedgers, emptyLedger, type LedgerCounts } from '@tidemark/core/control/ledger';
import type { ControlItem } from '../aws/dynamodb.ts';

const fields = Object.keys(emptyLedger) as (keyof LedgerCounts)[];

export interface LedgerStatus {
  /** Of every day. */
  readonly total: LedgerCounts;
  /** Of the days from yesterday's on. */
  readonly recent: LedgerCounts;
  /** `2026-11-20 shardId-000000000000` of each item whose figures do not add up. There must be none. */
  readonly unbalanced: readonly string[];
}

/** `2026-11-20 shardId-000000000000` of the item `LEDGER#<consumer>#2026-11-20#shardId-000000000000`. */
export function ledgerPlace({ Item }: Pick<ControlItem, 'Item'>): string {
  const [, , day = '', shardId = ''] = Item.split('#');
  return `${day} ${shardId}`;
}

/** Adds up ledger items. `recentDay` is the first day that counts as recent. */
export function ledgerStatus(items: readonly ControlItem[], recentDay: string): LedgerStatus {
  let total = emptyLedger;
  let recent = emptyLedger;
  const unbalanced: string[] = [];
  for (const item of items) {
    const place = ledgerPlace(item);
    const counts = ledgerCounts(item);
    total = addLedgers(total, counts);
    if (place >= recentDay) recent = addLedgers(recent, counts);
    if (!isBalanced(counts)) unbalanced.push(place);
  }
  return { total, recent, unbalanced };
}

/** received = counted + quarantined, and the quarantined are malformed, too old or too new. */
export function isBalanced(counts: LedgerCounts): boolean {
  const { Received, Counted, Quarantined, Malformed, TooOld, TooNew, OverCap } = counts;
  return Received === Counted + Quarantined && Quarantined === Malformed + TooOld + TooNew && OverCap <= Counted;
}

export function ledgerCounts(item: Readonly<Record<string, unknown>>): LedgerCounts {
  const entries = fields.map((field) => [field, typeof item[field] === 'number' ? item[field] : 0]);
  return Object.fromEntries(entries) as Record<keyof LedgerCounts, number>;
}
