import { controlItems } from '../control/keys.ts';
import type { FencedUpdate } from '../count/fence.ts';
import type { ControlKey } from '../count/ledger.ts';
import type { Fence } from '../series/sequence.ts';
import type { LedgerPart, Straddle } from './part.ts';

/** What an invocation adds to the ledger of one arrival day. Written after every partial and every quarantine object. */
export interface WindowLedger {
  readonly key: ControlKey;
  readonly part: LedgerPart;
}

/** What is left to do where the ledger's fence refused the first update. */
export type LedgerMerge =
  /** It holds all of the part: `redelivered` events are added to `Redelivered` without condition. */
  | { readonly kind: 'held'; readonly redelivered: number }
  /** Its fence stands inside the part: mend that (mend.ts), then `mendedLedgerUpdate`. */
  | { readonly kind: 'straddle'; readonly straddle: Straddle<LedgerPart> };

export function windowLedger(source: string, shardId: string, part: LedgerPart): WindowLedger {
  return { key: { Source: source, Item: controlItems.ledger('window', part.day, shardId) }, part };
}

export function firstLedgerUpdate({ part }: WindowLedger): FencedUpdate {
  return { add: { ...part.counts }, set: {}, lastSequence: part.last, below: part.first };
}

/** What to do when the first update found a fence. Throws an Error when that fence should have let it pass. */
export function ledgerAgainst(oldFence: Fence, { key, part }: WindowLedger): LedgerMerge {
  if (oldFence < part.first) {
    throw new Error(`${key.Item}: refused an update from ${part.first} on, though its fence is ${oldFence}`);
  }
  return part.last <= oldFence
    ? { kind: 'held', redelivered: part.counts.Received }
    : { kind: 'straddle', straddle: { part, after: oldFence } };
}

/** The update for `rest`, what of the part lies past the fence. When its condition fails, the invocation must fail, unless the item stands at `rest.last` or past it. */
export function mendedLedgerUpdate({ part }: WindowLedger, rest: LedgerPart): FencedUpdate {
  const Redelivered = part.counts.Received - rest.counts.Received;
  return { add: { ...rest.counts, Redelivered }, set: {}, lastSequence: rest.last, below: rest.first };
}
