/** What must become of one record, said by whoever made it or by a plain reading of it, never by the counting code. */
export type ExpectedOutcome =
  | {
      readonly kind: 'event';
      readonly name: string;
      /** Milliseconds since the epoch. */
      readonly timeMs: number;
      /** By the names of measures; absent where the fields have none. */
      readonly measures?: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'quarantined'; readonly why: string };
