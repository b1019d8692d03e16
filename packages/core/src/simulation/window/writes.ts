import type { CheckpointUpdate } from '../../count/checkpoint.ts';
import type { FencedUpdate } from '../../count/fence.ts';
import type { QuarantinedRecord } from '../../count/quarantine.ts';
import type { Fence } from '../../series/sequence.ts';
import type { WindowLedger } from '../../window/ledger.ts';
import { firstLedgerUpdate, ledgerAgainst, mendedLedgerUpdate } from '../../window/ledger.ts';
import type { WindowPartial, WindowWrite } from '../../window/merge.ts';
import { firstWrite, mendedWrite, mergeInto } from '../../window/merge.ts';
import type { WindowPlan } from '../../window/window.ts';
import type { Call, Task } from '../call.ts';
import type { Instance } from '../memory.ts';
import type { FenceAnswer, FencedItem } from '../store.ts';
import type { Steps } from './invocation.ts';
import type { StraddlingLedger, StraddlingPartial } from './mending.ts';
import { mendLedgers, mendPartials, writeRestOfLedger } from './mending.ts';
import type { WindowAnswer } from './store.ts';
import { itemAsRuled, keyAsRuled } from './unruly.ts';
import type { WindowWorld } from './world.ts';

/** All that an invocation, or a page of what was lost, has to write, in its order. */
export function* writePlan(world: WindowWorld, instance: Instance, place: number, plan: WindowPlan): Steps<void> {
  const { rules } = world;
  const partials: StraddlingPartial[] = [];
  const days: StraddlingLedger[] = [];
  const write = (ledger: WindowLedger): Task => writeLedger(world, place, ledger, days);
  const checkpoint = (): Task[] =>
    plan.checkpoint === undefined ? [] : [writeCheckpoint(world, place, plan.checkpoint)];
  yield [
    ...plan.partials.map((partial) => writePartial(world, place, partial, partials)),
    ...plan.quarantined.map((record) => putQuarantine(world, record)),
    ...(rules.ledgerAfterPartials ? [] : plan.ledgers.map(write)),
  ];
  const later = rules.ledgerAfterPartials ? plan.ledgers : [];
  const { mend, ledgers } = yield* mendPartials(world, instance, place, partials, rules.ledgerMended ? later : []);
  const others = later.filter((ledger) => !ledgers.some((straddling) => straddling.ledger === ledger));
  yield [...others.map(write), ...(rules.checkpointLast ? [] : checkpoint())];
  yield* mendLedgers(world, instance, place, days);
  yield mend === undefined ? [] : ledgers.map((each) => writeRestOfLedger(world, place, each, mend));
  yield rules.checkpointLast ? checkpoint() : [];
}

/** The two attempts of a partial. Where its fence stands inside a part, it is left to `straddling`. */
function* writePartial(
  world: WindowWorld,
  place: number,
  partial: WindowPartial,
  straddling: StraddlingPartial[],
): Task {
  const { rules } = world;
  const answer = (yield rules.fenceOnPartials
    ? putWindow(world, place, firstWrite(partial), true)
    : addWithoutFence(world, place, partial)) as WindowAnswer;
  if (answer === undefined) {
    return 'done';
  }
  const old = answer.conflict;
  const merge = mergeInto(old, partial);
  switch (merge.kind) {
    case 'held':
      return 'done';
    case 'write':
      return yield* writeAgain(world, place, merge.write);
    case 'straddle': {
      if (!rules.straddleNotAddedWhole) {
        // The part is made to look as if it began after the fence.
        const { part } = merge.straddle;
        const write = mendedWrite(old, partial, { ...part, first: part.last });
        return write === undefined ? 'done' : yield* writeAgain(world, place, write);
      }
      if (rules.straddleNotSkipped) {
        straddling.push({ partial, old, straddle: merge.straddle });
      }
      return 'done';
    }
  }
}

/** The second attempt, whose condition is the fence that the first one found. A partial that stands at its last record has it already. */
export function* writeAgain(world: WindowWorld, place: number, write: WindowWrite): Task {
  const { rules } = world;
  const answer = (yield putWindow(world, place, write, rules.conditionOnSecondWrite)) as WindowAnswer;
  const isHeld = answer === undefined || answer.conflict.LastSequence >= write.set.LastSequence;
  return isHeld || !rules.secondConflictFails ? 'done' : 'failed';
}

function putWindow(world: WindowWorld, place: number, write: WindowWrite, isConditional: boolean): Call {
  const { store, checks } = world;
  const key = keyAsRuled(world, place, write.key);
  const item = itemAsRuled(world, { ...write.key, ...write.set });
  return {
    name: () => `put ${key}, ${item.EventCount} readings, fence ${item.LastSequence}, if it is ${write.replaces}`,
    kind: 'count',
    land: () => {
      const answer = isConditional ? store.putWindow(key, item, write.replaces) : store.replaceWindow(key, item);
      checks.windowLanded(place, key);
      return answer;
    },
  };
}

/** With rule `fenceOnPartials` off: the parts are added to whatever is there. */
function addWithoutFence(world: WindowWorld, place: number, partial: WindowPartial): Call {
  const { store, checks } = world;
  const key = keyAsRuled(world, place, partial.key);
  return {
    name: () => `add ${partial.parts.length} parts to ${key}`,
    kind: 'count',
    land: () => {
      const old = store.windows.get(key);
      const merge = old && mergeInto({ ...old, LastSequence: '' }, partial);
      const { set } = merge?.kind === 'write' ? merge.write : firstWrite(partial);
      store.replaceWindow(key, { ...partial.key, ...set });
      checks.windowLanded(place, key);
    },
  };
}

function* writeLedger(world: WindowWorld, place: number, ledger: WindowLedger, straddling: StraddlingLedger[]): Task {
  const { rules, store } = world;
  const first = firstLedgerUpdate(ledger);
  const below = rules.fenceOnLedger ? first.below : undefined;
  const answer = (yield addToLedger(world, place, ledger, first, below)) as FenceAnswer;
  if (answer === undefined) {
    return 'done';
  }
  const merge = ledgerAgainst(answer.conflict, ledger);
  if (merge.kind === 'held') {
    const { Item } = ledger.key;
    const count = merge.redelivered;
    yield {
      name: () => `${count} redelivered to ${Item}`,
      kind: 'count',
      land: () => store.addRedelivered(Item, count),
    };
    return 'done';
  }
  if (rules.ledgerMended) {
    straddling.push({ ledger, straddle: merge.straddle });
  }
  return 'done';
}

/** What of a ledger's part lies past its fence. */
export function* addRest(world: WindowWorld, place: number, ledger: WindowLedger, rest: WindowLedger['part']): Task {
  const update = mendedLedgerUpdate(ledger, rest);
  const answer = (yield addToLedger(world, place, ledger, update, update.below)) as FenceAnswer;
  const isHeld = answer === undefined || answer.conflict >= rest.last;
  return isHeld || !world.rules.secondConflictFails ? 'done' : 'failed';
}

function addToLedger(
  { store, checks }: WindowWorld,
  place: number,
  { key }: WindowLedger,
  update: FencedUpdate,
  below: Fence | undefined,
): Call {
  return {
    name: () => `add ${update.add.Received} to ${key.Item}, fence ${update.lastSequence}, if below ${below}`,
    kind: 'count',
    land: () => {
      const answer = store.addFenced(store.ledgers, key.Item, update, below);
      checks.ledgerLanded(place, store.ledgers.get(key.Item) as FencedItem, key.Item);
      return answer;
    },
  };
}

function* writeCheckpoint(world: WindowWorld, place: number, checkpoint: CheckpointUpdate): Task {
  const { store, rules, checks } = world;
  const { key, lastSequence } = checkpoint;
  yield {
    name: () => `checkpoint ${key.Item} ${lastSequence}`,
    kind: 'count',
    land: () => {
      store.checkpoint(checkpoint, lastSequence, rules.checkpointOnlyForward);
      checks.checkpointLanded(place, store.checkpoints.get(key.Item) as FencedItem);
    },
  };
  return 'done';
}

function* putQuarantine({ store }: WindowWorld, record: QuarantinedRecord): Task {
  const key = record.objectKey;
  yield { name: () => `put ${key}`, kind: 'count', land: () => store.putQuarantine(key, record) };
  return 'done';
}
