import { controlItems, type StreamConsumer } from '../control/keys.ts';

/** Who keeps ledgers of a source, whether it does at present or did before. */
export const ledgerKeepers = ['count', 'window'] as const satisfies readonly StreamConsumer[];

/** Of an item `LEDGER#<consumer>#<day>#<shardId>` what is needed here. */
export interface QuarantinedItem {
  readonly Item: string;
  readonly Quarantined: number;
}

/**
 * How many records were set aside that arrived on `fromDay` (`2026-11-20`) or later. Both readers set the same records aside: of each day and shard the one
 * further on is right for both.
 */
export function quarantinedFrom(ledgers: readonly QuarantinedItem[], fromDay: string): number {
  const most = new Map<string, number>();
  for (const { Item, Quarantined } of ledgers) {
    const keeper = ledgerKeepers.find((each) => Item.startsWith(controlItems.ledgerPrefix(each)));
    if (keeper === undefined) throw new Error(`${Item}: a ledger of nobody`);
    const place = Item.slice(controlItems.ledgerPrefix(keeper).length);
    if (place >= fromDay) most.set(place, Math.max(most.get(place) ?? 0, Quarantined));
  }
  return [...most.values()].reduce((sum, each) => sum + each, 0);
}
