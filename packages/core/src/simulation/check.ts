import { controlItems } from '../control/keys.ts';
import type { Fence } from '../series/sequence.ts';
import type { Findings } from './invariants.ts';
import { fateOf } from './reference.ts';
import type { Rules } from './rules.ts';
import type { Scenario, SentRecord, Shard } from './scenario.ts';
import { sliceOf } from './slice.ts';
import type { FencedItem, Store } from './store.ts';

/** The invariants that must hold at every moment, checked whenever a ledger or a checkpoint takes a write. */
export class Checks {
  readonly #scenario: Scenario;
  readonly #store: Store;
  readonly #findings: Findings;
  readonly #slices: readonly string[];
  /** Buckets (`<series>|<size>#0000#<start>`) that a time to live took away: they may be gone, or whole, and nothing between. */
  readonly expired = new Set<string>();

  constructor(scenario: Scenario, store: Store, rules: Rules, findings: Findings) {
    this.#findings = findings;
    this.#scenario = scenario;
    this.#store = store;
    this.#slices = scenario.shards.map((_, place) => sliceOf(scenario.shards, place, rules));
  }

  /** A ledger took a write: all that it now speaks of must be in the partials and in the quarantine. */
  ledgerLanded(place: number, item: FencedItem, key: string): void {
    const shard = this.#shard(place);
    const last = sequenceOf(item.LastSequence);
    for (
      let record = shard.records[item.verified];
      record !== undefined && record.sequence <= last;
      record = shard.records[item.verified]
    ) {
      if (controlItems.ledger('count', record.day, shard.id) === key) {
        this.#assertHeld(place, record, 'ledgerBehind');
      }
      item.verified += 1;
    }
  }

  /** A checkpoint took a write: everything up to it must be in the partials, the quarantine and the ledger. */
  checkpointLanded(place: number, item: FencedItem): void {
    const shard = this.#shard(place);
    const last = sequenceOf(item.LastSequence);
    for (
      let record = shard.records[item.verified];
      record !== undefined && record.sequence <= last;
      record = shard.records[item.verified]
    ) {
      this.#assertHeld(place, record, 'checkpoint');
      const ledger = this.#store.ledgers.get(controlItems.ledger('count', record.day, shard.id));
      if (ledger === undefined || sequenceOf(ledger.LastSequence) < record.sequence) {
        this.#findings.report(
          'checkpoint',
          `${shard.id} has a checkpoint at ${last}, its ledger lacks ${record.sequence}`,
        );
      }
      item.verified += 1;
    }
  }

  #assertHeld(place: number, record: SentRecord, invariant: 'ledgerBehind' | 'checkpoint'): void {
    const { id } = this.#shard(place);
    for (const part of record.parts) {
      const fate = fateOf(part, record, this.#scenario.source.buckets, this.#store.current);
      if (fate.kind !== 'Counted') {
        if (!this.#store.setAside.has(`${id} ${record.sequence}`)) {
          this.#findings.report(invariant, `${id} ${record.sequence} is not in quarantine yet`);
        }
        continue;
      }
      for (const key of fate.keys) {
        const partial = this.#store.partials.get(`${key}#${this.#slices[place]}`);
        if (!this.expired.has(key) && (partial === undefined || sequenceOf(partial.LastSequence) < record.sequence)) {
          this.#findings.report(invariant, `${id} ${record.sequence} is not in ${key} yet`);
        }
      }
    }
  }

  #shard(place: number): Shard {
    return this.#scenario.shards[place] as Shard;
  }
}

/** The number in a fence, whether rule `comparableSequences` is on or off. */
export function sequenceOf(fence: Fence): number {
  return Number(fence.slice(fence.indexOf(':') + 1));
}
