import type { StreamConsumer } from '../control/keys.ts';
import { controlItems } from '../control/keys.ts';
import { sequenceOf } from './check.ts';
import type { DecisionItems } from './decision-store.ts';
import type { Expectation } from './expectation.ts';
import { expectationOf } from './expectation.ts';
import type { Findings, Invariant } from './invariants.ts';
import { capAt, fateOf } from './reference.ts';
import type { Rules } from './rules.ts';
import type { Scenario } from './scenario.ts';
import type { Store } from './store.ts';

/** Everything was delivered and nothing is under way: the sums must be right. `expired` as in `Checks`. */
export function checkFinal(
  scenario: Scenario,
  store: Store,
  rules: Rules,
  expired: ReadonlySet<string>,
  findings: Findings,
): void {
  checkCatalogue(scenario, store.current, findings);
  const expected = expectationOf(scenario, store.current, rules);
  if (!isExactlyAs(expected, store)) {
    checkTotals(expected, store, expired, findings);
    checkFences(expected, store, expired, findings);
  }
  checkLedgers(expected, store, findings);
  checkQuarantine(expected, store, findings);
  checkCheckpoints(scenario, store, findings);
}

/** Shared with the simulation of windows, whose findings have other names beside these. */
type Reports<Name extends Invariant> = Pick<Findings<Name>, 'report'>;

export function checkCatalogue(
  { shards, source }: Pick<Scenario, 'shards' | 'source'>,
  decisions: DecisionItems,
  findings: Reports<'catalogue'>,
): void {
  const { Names, Caps } = decisions.catalogue ?? { Names: [], Caps: [] };
  const cap = Math.max(0, ...Caps.map(({ MaxSeries }) => MaxSeries));
  if (new Set(Names).size !== Names.length || Names.length > cap) {
    findings.report('catalogue', `the catalogue holds ${Names.join(', ')} under a cap of ${cap}`);
  }
  for (const { records } of shards) {
    for (const record of records) {
      const hadRoom = Names.length < capAt(record.arrivalMs, decisions.catalogue);
      for (const part of hadRoom ? record.parts : []) {
        const isUnknown = 'name' in part && !Names.includes(part.name);
        if (isUnknown && fateOf(part, record, source.buckets, decisions).kind === 'Counted') {
          findings.report('catalogue', `${part.name} was refused, though there was room`);
        }
      }
    }
  }
}

/** Whether the partials are as expected, one by one: then their totals and fences are too. */
function isExactlyAs({ partials }: Expectation, store: Store): boolean {
  for (const [key, { count, last }] of partials) {
    const item = store.partials.get(key);
    if (item?.numbers.EventCount !== count || sequenceOf(item.LastSequence) !== last) {
      return false;
    }
  }
  return store.partials.size === partials.size;
}

function checkTotals({ partials }: Expectation, store: Store, expired: ReadonlySet<string>, findings: Findings): void {
  const excess = new Map<string, number>();
  const present = new Set<string>();
  for (const [key, { count }] of partials) {
    excess.set(bucketOf(key), (excess.get(bucketOf(key)) ?? 0) - count);
  }
  for (const [key, { numbers }] of store.partials) {
    const bucket = bucketOf(key);
    present.add(bucket);
    if (!excess.has(bucket)) {
      findings.report('totals', `${bucket} holds ${numbers.EventCount}, and nothing was sent for it`);
    }
    excess.set(bucket, (excess.get(bucket) ?? 0) + (numbers.EventCount ?? 0));
  }
  for (const [bucket, count] of excess) {
    const isGone = expired.has(bucket) && !present.has(bucket);
    if (count !== 0 && !isGone) {
      findings.report('totals', `${bucket} holds ${Math.abs(count)} too ${count > 0 ? 'many' : 'few'}`);
    }
  }
}

const ledgerColumns = ['Received', 'Counted', 'Quarantined', 'Malformed', 'TooOld', 'TooNew', 'OverCap'] as const;

export function checkLedgers(
  { ledgers }: Pick<Expectation, 'ledgers'>,
  store: Pick<Store, 'ledgers'>,
  findings: Reports<'ledger'>,
): void {
  for (const [key, counts] of ledgers) {
    const numbers = store.ledgers.get(key)?.numbers ?? {};
    for (const column of ledgerColumns) {
      if (numbers[column] !== counts[column]) {
        findings.report('ledger', `${key}: ${column} is ${numbers[column]}, expected ${counts[column]}`);
      }
    }
  }
  if (store.ledgers.size !== ledgers.size) {
    findings.report('ledger', `${store.ledgers.size} ledgers, expected ${ledgers.size}`);
  }
}

export function checkQuarantine(
  { quarantine }: Pick<Expectation, 'quarantine'>,
  store: Store,
  findings: Reports<'quarantine'>,
): void {
  for (const [key, events] of quarantine) {
    if (store.quarantine.get(key) !== events) {
      findings.report('quarantine', `${key} holds ${store.quarantine.get(key)} events, expected ${events}`);
    }
  }
  if (store.quarantine.size !== quarantine.size) {
    findings.report('quarantine', `${store.quarantine.size} objects, expected ${quarantine.size}`);
  }
}

function checkFences({ partials }: Expectation, store: Store, expired: ReadonlySet<string>, findings: Findings): void {
  for (const [key, { count, last }] of partials) {
    const item = store.partials.get(key);
    const isEqual = item?.numbers.EventCount === count && sequenceOf(item.LastSequence) === last;
    if (!isEqual && !expired.has(bucketOf(key))) {
      const found = `${item?.numbers.EventCount} at ${item?.LastSequence}`;
      findings.report('fences', `${key} holds ${found}, expected ${count} at ${last}`);
    }
  }
}

export function checkCheckpoints(
  { shards }: Pick<Scenario, 'shards'>,
  store: Store,
  findings: Reports<'checkpoint'>,
  consumer: StreamConsumer = 'count',
): void {
  if (store.checkpoints.size !== shards.length) {
    findings.report('checkpoint', `${store.checkpoints.size} checkpoints, expected ${shards.length}`);
  }
  for (const { id, records } of shards) {
    const last = records.at(-1)?.sequence;
    const item = store.checkpoints.get(controlItems.checkpoint(consumer, id));
    if (item === undefined || sequenceOf(item.LastSequence) !== last) {
      findings.report('checkpoint', `${id}: ends at ${item?.LastSequence}, expected ${last}`);
    }
  }
}

/** `<series>|<size>#0000#<start>#<slice>` without its slice. */
function bucketOf(key: string): string {
  return key.slice(0, key.lastIndexOf('#'));
}
