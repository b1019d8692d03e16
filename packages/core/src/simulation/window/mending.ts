import type { WindowItem } from '../../series/partial.ts';
import type { WindowLedger } from '../../window/ledger.ts';
import { ledgerAgainst } from '../../window/ledger.ts';
import { Mend } from '../../window/mend.ts';
import type { WindowPartial } from '../../window/merge.ts';
import { mendedWrite } from '../../window/merge.ts';
import type { LedgerPart, Run, Straddle, WindowPart } from '../../window/part.ts';
import type { PartSetAside } from '../../window/set-aside.ts';
import { ledgerPartSetAside, windowPartSetAside } from '../../window/set-aside.ts';
import type { Call, Task } from '../call.ts';
import { sequenceOf } from '../check.ts';
import type { Instance } from '../memory.ts';
import type { FencedItem } from '../store.ts';
import type { Steps } from './invocation.ts';
import { decide } from './invocation.ts';
import { pageCall, readPage } from './pages.ts';
import type { WindowShard } from './readings.ts';
import type { Page } from './stream.ts';
import { keyAsRuled } from './unruly.ts';
import type { WindowWorld } from './world.ts';
import { addRest, writeAgain } from './writes.ts';

/** A partial whose fence stands inside one of its parts. */
export interface StraddlingPartial {
  readonly partial: WindowPartial;
  readonly old: WindowItem;
  readonly straddle: Straddle<WindowPart>;
}

export interface StraddlingLedger {
  readonly ledger: WindowLedger;
  readonly straddle: Straddle<LedgerPart>;
}

/** What was read again for partials, and the ledgers that it was read for as well. */
export interface ReadAgain {
  readonly mend: Mend | undefined;
  readonly ledgers: readonly StraddlingLedger[];
}

/** Reads again what straddles, once for all, `ledgers` included where they do, and writes what of the partials lies past their fences. */
export function* mendPartials(
  world: WindowWorld,
  instance: Instance,
  place: number,
  straddling: readonly StraddlingPartial[],
  ledgers: readonly WindowLedger[],
): Steps<ReadAgain> {
  if (straddling.length === 0) {
    return { mend: undefined, ledgers: [] };
  }
  const straddlingLedgers: StraddlingLedger[] = [];
  yield ledgers.map((ledger) => findStraddle(world, ledger, straddlingLedgers));
  const mend = yield* readAgain(world, instance, place, straddling, straddlingLedgers);
  yield straddling.map((each) => writeRest(world, place, each, mend));
  return { mend, ledgers: straddlingLedgers };
}

export function* mendLedgers(
  world: WindowWorld,
  instance: Instance,
  place: number,
  straddling: readonly StraddlingLedger[],
): Steps<void> {
  if (straddling.length > 0) {
    const mend = yield* readAgain(world, instance, place, [], straddling);
    yield straddling.map((each) => writeRestOfLedger(world, place, each, mend));
  }
}

/** Looks where a ledger stands, before anything is written to it. */
function* findStraddle({ store }: WindowWorld, ledger: WindowLedger, found: StraddlingLedger[]): Task {
  const { Item } = ledger.key;
  const land = (): unknown => store.ledgers.get(Item);
  const item = (yield { name: () => `read ${Item}`, kind: 'read', land }) as FencedItem | undefined;
  if (item !== undefined && item.LastSequence >= ledger.part.first) {
    const merge = ledgerAgainst(item.LastSequence, ledger);
    if (merge.kind === 'straddle') {
      found.push({ ledger, straddle: merge.straddle });
    }
  }
  return 'done';
}

function* writeRest(
  world: WindowWorld,
  place: number,
  { partial, old, straddle }: StraddlingPartial,
  mend: Mend,
): Task {
  const rest = mend.windowRest(straddle);
  if (rest === undefined) {
    const { id } = world.scenario.shards[place] as WindowShard;
    const aside = windowPartSetAside('simulated', id, straddle);
    yield putAside(world, place, aside, straddle, keyAsRuled(world, place, partial.key));
  }
  const write = mendedWrite(old, partial, rest);
  return write === undefined ? 'done' : yield* writeAgain(world, place, write);
}

export function* writeRestOfLedger(
  world: WindowWorld,
  place: number,
  { ledger, straddle }: StraddlingLedger,
  mend: Mend,
): Task {
  const rest = mend.ledgerRest(straddle);
  if (rest !== undefined) {
    return yield* addRest(world, place, ledger, rest);
  }
  const { id } = world.scenario.shards[place] as WindowShard;
  yield putAside(world, place, ledgerPartSetAside('simulated', id, straddle), straddle, ledger.key.Item);
  return 'done';
}

/** Reads the shard from the earliest fence that stands inside a part to the last record of all these parts. */
function* readAgain(
  world: WindowWorld,
  instance: Instance,
  place: number,
  windows: readonly StraddlingPartial[],
  ledgers: readonly StraddlingLedger[],
): Steps<Mend> {
  const [parts, days] = [windows.map(({ straddle }) => straddle), ledgers.map(({ straddle }) => straddle)];
  const mend = new Mend(parts, days);
  if (world.calm) {
    world.findings.report('mends', `shard ${place} is read again from ${mend.from} on, though nothing called for it`);
  }
  // With the rule off the records at the fences are taken for seen.
  const fences = world.rules.fenceRecordSeen ? [] : [...parts, ...days].map(({ after }) => after).sort();
  for (const fence of fences) {
    mend.begin(fence, Number.NaN);
  }
  let iterator = world.stream.placeOf(place, mend.from, false);
  while (!mend.isDone) {
    const page = yield* readPage(world, place, iterator, world.scenario.pageMax);
    iterator = page.next;
    if (page.records.length > 0) {
      const { read, decisions } = yield* decide(world, instance, place, page.records);
      mend.take(read, decisions);
    } else if (page.isAtTip) {
      break;
    }
  }
  if (mend.proof !== undefined && world.rules.fenceRecordStillThere) {
    yield [assertStillThere(world, place, mend.proof)];
  }
  return mend;
}

/** Fails the invocation where the record has left the stream while those after it were read. */
function* assertStillThere(world: WindowWorld, place: number, sequenceNumber: string): Task {
  const iterator = world.stream.placeOf(place, sequenceNumber, false);
  for (;;) {
    const { records, isAtTip } = (yield pageCall(world, place, iterator, 1)) as Page;
    const [record] = records;
    if (record?.sequenceNumber === sequenceNumber) {
      return 'done';
    }
    if (record !== undefined || isAtTip) {
      world.trace?.(`  ${sequenceNumber} has left the stream meanwhile`);
      return 'failed';
    }
  }
}

function putAside(
  { store, stream, findings }: WindowWorld,
  place: number,
  { objectKey }: PartSetAside,
  { after }: Straddle<Run>,
  key: string,
): Call {
  if (!stream.hasLeft(place, sequenceOf(after))) {
    findings.report('setAside', `${key}: a part is set aside, though ${after} is still in the stream`);
  }
  return { name: () => `put ${objectKey}`, kind: 'count', land: () => store.putUnsplit(key) };
}
