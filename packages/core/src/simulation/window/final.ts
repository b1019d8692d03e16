import { catalogueOf } from '../../control/catalogue.ts';
import { floorsOf } from '../../control/floors.ts';
import { controlItems } from '../../control/keys.ts';
import type { LedgerCounts } from '../../control/ledger.ts';
import { planBatch } from '../../count/count.ts';
import { readBatch } from '../../count/read.ts';
import { expectationOf } from '../expectation.ts';
import { checkCatalogue, checkCheckpoints, checkLedgers, checkQuarantine } from '../final.ts';
import { withoutSlice } from './check.ts';
import type { Reference, WindowSums } from './reference.ts';
import { addSums, isSameSums, sumsOfItem } from './reference.ts';
import type { WindowWorld } from './world.ts';

/** Everything was delivered, every window is closed and nothing is under way: the figures must be right. */
export function checkFinalWindows(world: WindowWorld, reference: Reference): void {
  const { scenario, store, rules, findings } = world;
  checkCatalogue(scenario, store.current, findings);
  checkFigures(world, reference);
  const { ledgers, quarantine } = expectationOf(scenario, store.current, rules, 'window');
  checkLedgers({ ledgers: whole(world, ledgers) }, { ledgers: whole(world, store.ledgers) }, findings);
  checkQuarantine({ quarantine }, store, findings);
  checkFate(world);
  checkCheckpoints(scenario, store, findings, 'window');
}

/** Without those of which a part could not be split. */
function whole<Value>({ store }: WindowWorld, items: ReadonlyMap<string, Value>): Map<string, Value> {
  return new Map([...items].filter(([key]) => !store.unsplit.has(key)));
}

/** Over all shards: `<name>|w<seconds>#0000#<start>` to what was sent, and to what the partials hold. */
function checkFigures(world: WindowWorld, reference: Reference): void {
  const { scenario, store, findings } = world;
  const unsplit = new Set([...store.unsplit].map(withoutSlice));
  const expected = new Map<string, WindowSums>();
  for (const place of scenario.shards.keys()) {
    for (const [key, window] of reference.windowsOf(place, store.current)) {
      mergeInto(expected, key, window);
    }
  }
  const held = new Map<string, WindowSums>();
  for (const [key, { EventCount, Measures }] of store.windows) {
    const measures = Object.fromEntries(Object.entries(Measures).map(([name, item]) => [name, sumsOfItem(item)]));
    mergeInto(held, withoutSlice(key), { records: EventCount, last: 0, measures });
  }
  for (const key of new Set([...expected.keys(), ...held.keys()])) {
    const [should, does] = [expected.get(key), held.get(key)];
    // Where a part could not be split, something is missing, and may be; nothing may be there twice.
    const isRight = unsplit.has(key)
      ? (does?.records ?? 0) <= (should?.records ?? 0)
      : does?.records === should?.records && isSameSums(does?.measures ?? {}, should?.measures ?? {});
    if (!isRight) {
      findings.report('figures', `${key} holds ${told(does)}, expected ${told(should)}`);
    }
  }
}

function mergeInto(windows: Map<string, WindowSums>, key: string, more: WindowSums): void {
  const window = windows.get(key) ?? { records: 0, last: 0, measures: {} };
  windows.set(key, window);
  window.records += more.records;
  for (const [name, sums] of Object.entries(more.measures)) {
    addSums(window.measures, name, sums);
  }
}

function told(window: WindowSums | undefined): string {
  const figures = Object.entries(window?.measures ?? {}).map(
    ([name, { count, sum, minimum, maximum }]) =>
      `${name} ${count} readings, ${Number(sum) / 2 ** 60} from ${minimum} to ${maximum}`,
  );
  return window === undefined ? 'nothing' : `${window.records} (${figures.join('; ')})`;
}

/** Counting itself, over all the records of a shard at once, must set aside the same objects and come to the same ledger. */
function checkFate(world: WindowWorld): void {
  const { scenario, store, findings } = world;
  const { catalogue, floors } = store.current;
  if (catalogue === undefined) {
    return;
  }
  const decisions = { catalogue: catalogueOf(catalogue), floors: floorsOf(floors) };
  const quarantine = new Map<string, number>();
  for (const { id, stream } of scenario.shards) {
    const read = readBatch({ shardId: id, records: stream }, scenario.source, scenario.decode);
    const plan = planBatch(read, { ...decisions, generationOf: () => 0, writer: 'live' });
    for (const { key, first } of plan.ledgers) {
      const windowKey = key.Item.replace(controlItems.ledgerPrefix('count'), controlItems.ledgerPrefix('window'));
      const numbers = store.ledgers.get(windowKey)?.numbers ?? {};
      const differs = (Object.keys(first.add) as (keyof LedgerCounts)[]).filter(
        (column) => column !== 'Redelivered' && numbers[column] !== first.add[column],
      );
      if (differs.length > 0 && !store.unsplit.has(windowKey)) {
        findings.report('fate', `${windowKey} differs from what counting makes of it in ${differs.join(', ')}`);
      }
    }
    for (const { objectKey, events } of plan.quarantined) {
      quarantine.set(objectKey, events);
    }
  }
  for (const key of new Set([...quarantine.keys(), ...store.quarantine.keys()])) {
    if (quarantine.get(key) !== store.quarantine.get(key)) {
      findings.report(
        'fate',
        `${key} holds ${store.quarantine.get(key)} events, counting sets ${quarantine.get(key)} aside`,
      );
    }
  }
}
