import { floorsOf } from '../../control/floors.ts';
import { controlItems } from '../../control/keys.ts';
import type { LedgerCounts } from '../../control/ledger.ts';
import { emptyLedger } from '../../control/ledger.ts';
import { generationOf } from '../../replay/timeline.ts';
import { fateOf } from '../reference.ts';
import { checkBelowFloors, placeOf, totalsBy } from './reader.ts';
import type { ReplayWorld } from './world.ts';

/** All is quiet: every run has ended, everything was delivered, nothing is under way. */
export function checkFinalReplays(world: ReplayWorld): void {
  checkTotals(world);
  checkLedgers(world);
  checkMetric(world);
  world.checks.prunes.checkFinal(world.exports, world.checks.damaged, world.checks.excused);
  checkRuns(world);
  checkQuiet(world);
}

function checkTotals(world: ReplayWorld): void {
  const { truth, store, findings } = world;
  const floors = floorsOf(store.current.floors);
  const totals = totalsBy(world, store.timeline, floors);
  checkBelowFloors(world, store.timeline, floors, totals);
  for (const bucket of new Set([...truth.buckets, ...totals.keys()])) {
    const { size, startMs } = placeOf(bucket);
    if (startMs < floors.highestFloor(size)) {
      continue;
    }
    const expected = truth.total(bucket, generationOf(store.timeline, size, startMs));
    const { count, isDamaged } = totals.get(bucket) ?? { count: 0, isDamaged: false };
    if (expected !== undefined && count !== expected && !isDamaged) {
      findings.report('totals', `${bucket} has ${count}, and ${expected} were given`);
    }
  }
}

/** The ledger of live counting: replays have ledgers of their own, and leave it alone. */
function checkLedgers({ scenario, store, truth, findings }: ReplayWorld): void {
  const expected = new Map<string, { counts: Record<keyof LedgerCounts, number>; isSure: boolean }>();
  for (const [place, { id, records }] of scenario.shards.entries()) {
    for (const [at, record] of records.entries()) {
      const given = truth.givenToLive(place, at);
      if (given === 0) {
        continue;
      }
      const key = controlItems.ledger('count', record.day, id);
      const entry = expected.get(key) ?? { counts: { ...emptyLedger }, isSure: true };
      expected.set(key, entry);
      entry.isSure &&= given === 2;
      for (const part of record.parts) {
        const fate = fateOf(part, record, scenario.source.buckets, store.current);
        entry.counts.Received += 1;
        entry.counts[fate.kind] += 1;
        entry.counts.Quarantined += fate.kind === 'Counted' ? 0 : 1;
      }
    }
  }
  for (const [key, { counts, isSure }] of expected) {
    const { Received, Counted, Quarantined } = store.ledgers.get(key)?.numbers ?? {};
    const isSame = Received === counts.Received && Counted === counts.Counted && Quarantined === counts.Quarantined;
    if (isSure && !isSame) {
      findings.report(
        'ledger',
        `${key}: received ${Received}, counted ${Counted}, expected ${counts.Received}, ${counts.Counted}`,
      );
    }
  }
}

/** The metric against what stands in the table, whoever changed that by hand. */
function checkMetric(world: ReplayWorld): void {
  const { store, scenario, checks, findings } = world;
  const [smallest] = scenario.source.buckets;
  const floors = floorsOf(store.current.floors);
  const totals = totalsBy(world, store.timeline, floors);
  for (const bucket of new Set([...totals.keys(), ...store.metric.keys()])) {
    const { size, startMs } = placeOf(bucket);
    const isPublished = size === smallest && !checks.excused.has(bucket) && startMs >= floors.highestFloor(size);
    const [sum, total] = [store.metric.get(bucket) ?? 0, totals.get(bucket)?.count ?? 0];
    if (isPublished && sum !== total) {
      findings.report('metric', `${bucket}: ${sum} were put, the total is ${total}`);
    }
  }
}

function checkRuns({ store, checks, findings, scenario }: ReplayWorld): void {
  const befalls: readonly string[] = ['cancel', 'stall', 'stallPipes', 'disable'];
  const isCalm =
    scenario.faults === 0 &&
    scenario.stops === 0 &&
    scenario.stopsAt === undefined &&
    scenario.paceMsMax === 0 &&
    scenario.prune.damagedPuts === 0 &&
    !scenario.interventions.some(({ kind }) => befalls.includes(kind));
  for (const [run, { Outcome, Kind, Error: error }] of store.runs) {
    const isArchiveWhole =
      Kind !== 'backfill' || (scenario.archive.missing.length === 0 && scenario.archive.lagMs < 24 * 60 * 60_000);
    if (isCalm && isArchiveWhole && error !== undefined && !isAnswer(error)) {
      findings.report('progress', `${Kind} ${run}, which nothing has befallen, is ${Outcome}: ${error}`);
    }
    if (Outcome === undefined) {
      findings.report('progress', `${run} has not ended`);
    }
    const says = Outcome === 'switched' || Outcome === 'undone';
    if (says !== checks.switched.has(run)) {
      findings.report('outcome', `${Kind} ${run} is ${Outcome}, and ${says ? 'has not' : 'has'} switched`);
    }
  }
}

/** What a run is refused for that nobody could spare it: records that left the stream unarchived, a prune that came between. */
function isAnswer(error: string): boolean {
  return error.startsWith('TailGap') || error.startsWith('CannotUndo');
}

function checkQuiet({ store, live, pipes, findings }: ReplayWorld): void {
  if (store.timeline.Lock !== undefined) {
    findings.report('held', `${store.timeline.Lock.Run} still has the lock`);
  }
  if (live.state !== 'Enabled') {
    findings.report('held', `the mapping is ${live.state}`);
  }
  if (pipes.names.length > 0) {
    findings.report('pipes', `still there: ${pipes.names.join(', ')}`);
  }
}
