import type { BatchPlan } from '../count/count.ts';
import type { FencedUpdate, FencedWrite } from '../count/fence.ts';
import type { LedgerTally } from '../count/ledger.ts';
import type { PartialTally } from '../count/partials.ts';
import type { QuarantinedRecord } from '../count/quarantine.ts';
import type { Fence } from '../series/sequence.ts';
import { decodeSequence, encodeSequence } from '../series/sequence.ts';
import type { Call, Task, TaskEnd } from './call.ts';
import type { Rules } from './rules.ts';
import { sliceOf } from './slice.ts';
import type { FenceAnswer, FencedItem } from './store.ts';
import type { CountingWorld } from './world.ts';

export function* writePartial(world: CountingWorld, place: number, plan: BatchPlan, partial: PartialTally): Task {
  const { store, rules, scenario } = world;
  const { EventName, Bucket } = partial.key;
  const isOwnSlice = rules.partialPerShard && rules.childIsNewSlice;
  const bucket = isOwnSlice ? Bucket : withSlice(Bucket, sliceOf(scenario.shards, place, rules));
  const key = `${EventName}|${bucket}`;
  const request = (update: FencedUpdate, below: Fence | undefined): Call => ({
    name: () => `add ${update.add.EventCount} to ${key}, fence ${update.lastSequence}, if below ${below}`,
    kind: 'count',
    land: () => store.addFenced(store.partials, key, update, below),
  });
  const end = yield* addFenced(rules, plan, partial, rules.fenceOnPartials, request);
  return typeof end === 'string' ? end : 'done';
}

export function* writeLedger(world: CountingWorld, place: number, plan: BatchPlan, ledger: LedgerTally): Task {
  const { store, rules, checks } = world;
  const key = ledger.key.Item;
  const request = (update: FencedUpdate, below: Fence | undefined): Call => ({
    name: () => `add ${update.add.Received} to ${key}, fence ${update.lastSequence}, if below ${below}`,
    kind: 'count',
    land: () => {
      const answer = store.addFenced(store.ledgers, key, update, below);
      checks.ledgerLanded(place, store.ledgers.get(key) as FencedItem, key);
      return answer;
    },
  });
  const end = yield* addFenced(rules, plan, ledger, rules.fenceOnLedger, request);
  if (typeof end === 'string') {
    return end;
  }
  const count = ledger.redeliveredUpTo(end.heldUpTo);
  yield { name: () => `${count} redelivered to ${key}`, kind: 'count', land: () => store.addRedelivered(key, count) };
  return 'done';
}

export function* writeCheckpoint(world: CountingWorld, place: number, { checkpoint }: BatchPlan): Task {
  const { store, rules, checks } = world;
  const lastSequence = kept(checkpoint.lastSequence, rules);
  yield {
    name: () => `checkpoint ${checkpoint.key.Item} ${lastSequence}`,
    kind: 'count',
    land: () => {
      store.checkpoint(checkpoint, lastSequence, rules.checkpointOnlyForward);
      checks.checkpointLanded(place, store.checkpoints.get(checkpoint.key.Item) as FencedItem);
    },
  };
  return 'done';
}

export function* putQuarantine(world: CountingWorld, record: QuarantinedRecord): Task {
  const { store, rules } = world;
  const attempt = rules.quarantineKeyFromRecord ? '' : `~${store.writes}`;
  const key = `${record.objectKey}${attempt}`;
  yield { name: () => `put ${key}`, kind: 'count', land: () => store.putQuarantine(key, record) };
  return 'done';
}

/**
 * The two attempts of a fenced write. Ends with `heldUpTo`, the old fence, where the item held everything before.
 * Without `isFenced` neither attempt has a condition.
 */
function* addFenced(
  rules: Rules,
  plan: BatchPlan,
  write: FencedWrite<unknown>,
  isFenced: boolean,
  request: (update: FencedUpdate, below: Fence | undefined) => Call,
): Generator<Call, TaskEnd | { heldUpTo: Fence }, unknown> {
  const attempt = (update: FencedUpdate, isConditional: boolean): Call => {
    const last = rules.fenceOfOwnRecords ? update.lastSequence : plan.checkpoint.lastSequence;
    const below = rules.conditionOnFirstRecord ? update.below : update.lastSequence;
    const lastSequence = kept(last, rules);
    return request({ ...update, lastSequence }, isConditional && isFenced ? kept(below, rules) : undefined);
  };
  const answer = (yield attempt(write.first, true)) as FenceAnswer;
  if (answer === undefined) {
    return 'done';
  }
  const heldUpTo = rules.comparableSequences ? answer.conflict : encodeSequence(answer.conflict);
  const remaining = write.remainingAfter(heldUpTo);
  if (remaining === undefined) {
    return { heldUpTo };
  }
  const again = rules.onlyRemainingAfterConflict ? remaining : { ...remaining, add: write.first.add };
  const second = (yield attempt(again, rules.conditionOnSecondAttempt)) as FenceAnswer;
  return second === undefined || !rules.secondConflictFails ? 'done' : 'failed';
}

/** A fence as the store keeps it. */
function kept(fence: Fence, rules: Rules): Fence {
  return rules.comparableSequences ? fence : decodeSequence(fence);
}

function withSlice(bucket: string, slice: string): string {
  return `${bucket.slice(0, bucket.lastIndexOf('#') + 1)}${slice}`;
}
