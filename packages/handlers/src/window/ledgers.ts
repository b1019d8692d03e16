import type { WindowLedger } from '@tidemark/core/window/ledger';
import { firstLedgerUpdate, ledgerAgainst, mendedLedgerUpdate } from '@tidemark/core/window/ledger';
import type { LedgerPart, Straddle } from '@tidemark/core/window/part';
import { tellRedelivered } from '../control/redelivered.ts';
import { fenceIn, twoAtOnce, updateFenced } from '../count/fenced-write.ts';
import type { WindowTargets } from './targets.ts';

/** The ledger of a day that holds what came to it to the middle. */
export interface StraddlingLedger {
  readonly ledger: WindowLedger;
  readonly straddle: Straddle<LedgerPart>;
}

export type LedgerOutcome =
  /** `redelivered`: events that it held already. */
  { readonly kind: 'written'; readonly redelivered: number } | ({ readonly kind: 'straddles' } & StraddlingLedger);

/** Whether the ledger's fence stands inside the part, found out before anything is written to it. */
export async function straddlingLedger(
  ledger: WindowLedger,
  { dynamodb, controlTable }: WindowTargets,
  signal: AbortSignal,
): Promise<StraddlingLedger | undefined> {
  const item = await dynamodb.get(controlTable, { ...ledger.key }, signal);
  if (item === undefined || fenceIn(item) < ledger.part.first) return undefined;
  const merge = ledgerAgainst(fenceIn(item), ledger);
  return merge.kind === 'straddle' ? { ledger, straddle: merge.straddle } : undefined;
}

export async function writeLedger(
  ledger: WindowLedger,
  { dynamodb, controlTable }: WindowTargets,
  signal: AbortSignal,
): Promise<LedgerOutcome> {
  const first = await updateFenced(dynamodb, controlTable, { ...ledger.key }, firstLedgerUpdate(ledger), signal);
  if (first.kind === 'done') return { kind: 'written', redelivered: 0 };
  const merge = ledgerAgainst(fenceIn(first.old), ledger);
  if (merge.kind === 'straddle') return { kind: 'straddles', ledger, straddle: merge.straddle };
  await tellRedelivered(dynamodb, controlTable, ledger.key, merge.redelivered, signal);
  return { kind: 'written', redelivered: merge.redelivered };
}

/**
 * Adds `rest`, what lies past the fence, and returns how many events the ledger held already. Throws when someone else moved its fence, and
 * not as far: whoever stands at its end has the whole part, be it this very update, the answer to which was lost.
 */
export async function writeMendedLedger(
  { ledger }: StraddlingLedger,
  rest: LedgerPart,
  { dynamodb, controlTable }: WindowTargets,
  signal: AbortSignal,
): Promise<number> {
  const update = mendedLedgerUpdate(ledger, rest);
  const outcome = await updateFenced(dynamodb, controlTable, { ...ledger.key }, update, signal);
  if (outcome.kind !== 'done' && fenceIn(outcome.old) < rest.last) throw twoAtOnce(controlTable);
  return ledger.part.counts.Received - rest.counts.Received;
}
