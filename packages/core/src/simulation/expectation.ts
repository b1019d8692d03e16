import type { StreamConsumer } from '../control/keys.ts';
import { controlItems } from '../control/keys.ts';
import { emptyLedger, type LedgerCounts } from '../control/ledger.ts';
import type { DecisionItems } from './decision-store.ts';
import { fateOf } from './reference.ts';
import type { Rules } from './rules.ts';
import type { Scenario, SentRecord, Shard } from './scenario.ts';
import { sliceOf } from './slice.ts';

type Counts = { -readonly [Column in keyof LedgerCounts]: number };

/** What the store must hold once every record of a scenario has been counted, under the decisions that stand in the end. */
export interface Expectation {
  /** By `<series>|<size>#0000#<start>#<slice>`. */
  readonly partials: ReadonlyMap<string, { readonly count: number; readonly last: number }>;
  /** By the control table's `Item`. */
  readonly ledgers: ReadonlyMap<string, LedgerCounts>;
  /** Object key to events. */
  readonly quarantine: ReadonlyMap<string, number>;
}

export function expectationOf(
  { shards, source }: Pick<Scenario, 'shards' | 'source'>,
  decisions: DecisionItems,
  rules: Rules,
  consumer: StreamConsumer = 'count',
): Expectation {
  const partials = new Map<string, { count: number; last: number }>();
  const ledgers = new Map<string, Counts>();
  const quarantine = new Map<string, number>();
  for (const [place, shard] of shards.entries()) {
    const slice = sliceOf(shards, place, rules);
    for (const record of shard.records) {
      const ledger = entry(ledgers, controlItems.ledger(consumer, record.day, shard.id), () => ({ ...emptyLedger }));
      let object: string | undefined;
      for (const [index, part] of record.parts.entries()) {
        const fate = fateOf(part, record, source.buckets, decisions);
        ledger.Received += 1;
        ledger[fate.kind] += 1;
        if (fate.kind !== 'Counted') {
          ledger.Quarantined += 1;
          object ??= objectKey(shard, record, index);
          quarantine.set(object, (quarantine.get(object) ?? 0) + 1);
          continue;
        }
        ledger.OverCap += fate.isOverCap ? 1 : 0;
        for (const key of fate.keys) {
          const partial = entry(partials, `${key}#${slice}`, () => ({ count: 0, last: 0 }));
          partial.count += 1;
          partial.last = record.sequence;
        }
      }
    }
  }
  return { partials, ledgers, quarantine };
}

function objectKey({ id }: Shard, record: SentRecord, index: number): string {
  return `quarantine/simulated/${record.day}/${id}/${record.sequence}-${index}.json`;
}

function entry<Value>(entries: Map<string, Value>, key: string, make: () => Value): Value {
  let value = entries.get(key);
  if (value === undefined) {
    value = make();
    entries.set(key, value);
  }
  return value;
}
