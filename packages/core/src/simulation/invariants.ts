/**
 * What must hold, and what each part of it is for. `exact` marks those that together are "the counts are exact"; the
 * others are promises that something else leans on.
 */
export const invariants = {
  totals: {
    exact: true,
    sentence: 'Every (series, size, bucket) holds the number of events sent, and no other bucket exists.',
  },
  ledger: {
    exact: true,
    sentence: 'Every arrival day and shard has received = counted + quarantined = sent, for each reason.',
  },
  quarantine: {
    exact: true,
    sentence: 'The quarantine holds one object for each record with events set aside, and nothing else.',
  },
  catalogue: {
    exact: true,
    sentence: 'Every name has one slot, below a cap, and no name with room for it was refused.',
  },
  drained: { exact: false, sentence: 'In the end every record of every shard has been handled.' },
  checkpoint: {
    exact: false,
    sentence:
      'A checkpoint at S means that every partial and the ledger hold everything up to S; in the end it stands at the last record.',
  },
  ledgerBehind: {
    exact: false,
    sentence: 'The ledger never says of a record what the partials and the quarantine do not hold yet.',
  },
  fences: {
    exact: false,
    sentence:
      'The fence of a partial is the last record in it: equal content has equal fences, whatever the batches were.',
  },
  quiet: {
    exact: false,
    sentence: 'While counting is held, and its timeout and the longest attempt are waited out, nothing is written.',
  },
} as const;

export type Invariant = keyof typeof invariants;

/** The first thing found wrong of each invariant, in the order of finding. */
export class Findings<Name extends string = Invariant> {
  readonly #found = new Map<Name, string>();

  report(invariant: Name, detail: string): void {
    if (!this.#found.has(invariant)) {
      this.#found.set(invariant, detail);
    }
  }

  /** Only with a rule off can there be more than none. */
  get all(): readonly Finding<Name>[] {
    return [...this.#found].map(([invariant, detail]) => ({ invariant, detail }));
  }
}

export interface Finding<Name extends string = Invariant> {
  readonly invariant: Name;
  readonly detail: string;
}
