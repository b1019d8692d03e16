import { controlItems } from '../../control/keys.ts';
import type { WindowItem } from '../../series/partial.ts';
import { sequenceOf } from '../check.ts';
import type { Findings } from '../invariants.ts';
import { fateOf } from '../reference.ts';
import type { Rules } from '../rules.ts';
import { sliceOf } from '../slice.ts';
import type { FencedItem } from '../store.ts';
import type { WindowInvariant } from './invariants.ts';
import type { WindowRecord, WindowShard } from './readings.ts';
import { itemOfSums, type Reference } from './reference.ts';
import type { WindowRules } from './rules.ts';
import type { WindowScenario } from './scenario.ts';
import type { WindowStore } from './store.ts';

/** The invariants that must hold at every moment, checked whenever a partial, a ledger or a checkpoint takes a write. */
export class WindowChecks {
  readonly #scenario: WindowScenario;
  readonly #store: WindowStore;
  readonly #reference: Reference;
  readonly #findings: Findings<WindowInvariant>;
  readonly #slices: readonly string[];
  /** With rule `exactSums` off only the sum that readers see is compared: it depends on the grouping all the same. */
  readonly #isSumExact: boolean;

  constructor(
    scenario: WindowScenario,
    store: WindowStore,
    reference: Reference,
    rules: Rules & WindowRules,
    findings: Findings<WindowInvariant>,
  ) {
    this.#scenario = scenario;
    this.#store = store;
    this.#reference = reference;
    this.#findings = findings;
    this.#isSumExact = rules.exactSums;
    this.#slices = scenario.shards.map((_, place) => sliceOf(scenario.shards, place, rules));
  }

  /** A partial took a write: it must hold the readings up to its fence and nothing else, written in the one way that there is. */
  windowLanded(place: number, key: string): void {
    const item = this.#store.windows.get(key);
    if (item === undefined || this.#store.unsplit.has(key)) {
      return;
    }
    const window = withoutSlice(key);
    const only = window.slice(window.indexOf('|') + 1);
    const held = this.#reference.windowsOf(place, this.#store.current, sequenceOf(item.LastSequence), only).get(window);
    const expected: WindowItem = {
      ...item,
      EventCount: held?.records ?? 0,
      Measures: Object.fromEntries(
        Object.entries(held?.measures ?? {}).map(([name, sums]) => [name, itemOfSums(sums)]),
      ),
    };
    if (!isSameWindow(item, expected, this.#isSumExact)) {
      this.#findings.report('content', `${key} holds ${JSON.stringify(item)}, expected ${JSON.stringify(expected)}`);
    }
  }

  /** A ledger took a write: all that it now speaks of must be in the partials and in the quarantine. */
  ledgerLanded(place: number, item: FencedItem, key: string): void {
    const { id } = this.#shard(place);
    this.#verify(place, item, (record) => {
      if (controlItems.ledger('window', record.day, id) === key) {
        this.#assertHeld(place, record, 'ledgerBehind');
      }
    });
  }

  /** A checkpoint took a write: everything up to it must be in the partials, the quarantine and the ledger. */
  checkpointLanded(place: number, item: FencedItem): void {
    const { id } = this.#shard(place);
    this.#verify(place, item, (record) => {
      this.#assertHeld(place, record, 'checkpoint');
      const key = controlItems.ledger('window', record.day, id);
      const ledger = this.#store.ledgers.get(key);
      const isHeld = ledger !== undefined && sequenceOf(ledger.LastSequence) >= record.sequence;
      if (!isHeld && !this.#store.unsplit.has(key)) {
        const last = item.LastSequence;
        this.#findings.report('checkpoint', `${id} has a checkpoint at ${last}, its ledger lacks ${record.sequence}`);
      }
    });
  }

  /** Calls `check` with each record that the item's fence has come to stand past. */
  #verify(place: number, item: FencedItem, check: (record: WindowRecord) => void): void {
    const { records } = this.#shard(place);
    const last = sequenceOf(item.LastSequence);
    for (let record = records[item.verified]; record && record.sequence <= last; record = records[item.verified]) {
      check(record);
      item.verified += 1;
    }
  }

  #assertHeld(place: number, record: WindowRecord, invariant: 'ledgerBehind' | 'checkpoint'): void {
    const { id } = this.#shard(place);
    const start = this.#reference.startOf(place, record);
    for (const part of record.parts) {
      const fate = fateOf(part, record, this.#scenario.source.buckets, this.#store.current);
      if (fate.kind !== 'Counted') {
        if (!this.#store.setAside.has(`${id} ${record.sequence}`)) {
          this.#findings.report(invariant, `${id} ${record.sequence} is not in quarantine yet`);
        }
        continue;
      }
      const key = `${fate.series}|${start}#${this.#slices[place]}`;
      const partial = this.#store.windows.get(key);
      const isHeld = partial !== undefined && sequenceOf(partial.LastSequence) >= record.sequence;
      if (!isHeld && !this.#store.unsplit.has(key)) {
        this.#findings.report(invariant, `${id} ${record.sequence} is not in ${key} yet`);
      }
    }
  }

  #shard(place: number): WindowShard {
    return this.#scenario.shards[place] as WindowShard;
  }
}

/** `<series>|<size>#0000#<start>#<slice>` without its slice. */
export function withoutSlice(key: string): string {
  return key.slice(0, key.lastIndexOf('#'));
}

function isSameWindow(one: WindowItem, other: WindowItem, isSumExact: boolean): boolean {
  const names = Object.keys(one.Measures);
  return (
    one.EventCount === other.EventCount &&
    names.length === Object.keys(other.Measures).length &&
    names.every((name) => {
      const [mine, theirs] = [one.Measures[name], other.Measures[name]];
      return (
        mine !== undefined &&
        theirs !== undefined &&
        mine.Count === theirs.Count &&
        mine.Sum === theirs.Sum &&
        (!isSumExact || String(mine.SumRest) === String(theirs.SumRest)) &&
        mine.Minimum === theirs.Minimum &&
        mine.Maximum === theirs.Maximum
      );
    })
  );
}
