import type { LedgerCounts } from '@tidemark/core/control/ledger';

/** What must become of a record, said by whoever made it. */
export type Fate =
  | {
      readonly kind: 'event';
      readonly name: string;
      readonly timeMs: number;
      /** By the names of measures; absent where the source has none. */
      readonly measures?: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'quarantined'; readonly column: keyof Pick<LedgerCounts, 'Malformed' | 'TooOld' | 'TooNew'> };

/** A record to put. */
export interface Outgoing {
  readonly data: Buffer;
  readonly fate: Fate;
  readonly partitionKey: string;
  /** Which open shard takes it, by its place; without it the partition key decides. */
  readonly shard?: number;
}

/** A record that was put, and where it stands. */
export interface SentRecord extends Omit<Outgoing, 'shard'> {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** When it arrived, as the stream says; milliseconds since the epoch. */
  readonly arrivalMs: number;
}
