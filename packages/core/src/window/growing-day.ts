import { addLedgers, type LedgerCounts } from '../control/ledger.ts';
import type { Fence } from '../series/sequence.ts';
import type { LedgerPart } from './part.ts';

/** The ledger of one arrival day that takes record after record. */
export class GrowingDay {
  readonly #day: string;
  readonly #first: Fence;
  #last: Fence;
  #counts: LedgerCounts;

  constructor({ day, first, last, counts }: LedgerPart) {
    this.#day = day;
    this.#first = first;
    this.#last = last;
    this.#counts = counts;
  }

  add(fence: Fence, counts: LedgerCounts): void {
    this.#last = fence;
    this.#counts = addLedgers(this.#counts, counts);
  }

  part(): LedgerPart {
    return { day: this.#day, first: this.#first, last: this.#last, counts: this.#counts };
  }
}
