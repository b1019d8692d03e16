import type { MarkedCheckpoint } from './checkpoint.ts';
import { checkpointOf } from './checkpoint.ts';
import type { LedgerTally } from './ledger.ts';
import { ledgerTallies } from './ledger.ts';
import type { Decisions } from './outcomes.ts';
import type { PartialIdentity, PartialTally } from './partials.ts';
import { partialTallies } from './partials.ts';
import type { QuarantinedRecord } from './quarantine.ts';
import { quarantinedRecords } from './quarantine.ts';
import type { ReadBatch } from './read.ts';
import { tallyBatch } from './tally.ts';

/**
 * Everything that a batch writes, in the order in which it must be done:
 *
 * 1. every partial and every quarantine object, in parallel, all of them awaited;
 * 2. the ledger, all of its days awaited;
 * 3. the checkpoint.
 *
 * A step begins only when the one before it has wholly succeeded. Partials and ledger are fenced (fence.ts).
 */
export interface BatchPlan {
  readonly partials: readonly PartialTally[];
  readonly quarantined: readonly QuarantinedRecord[];
  readonly ledgers: readonly LedgerTally[];
  readonly checkpoint: MarkedCheckpoint;
}

/**
 *     records -> read.ts -> admit.ts -> tally.ts -> partials, quarantine -> ledger -> checkpoint
 *
 * Before this, `readBatch` has read the records and every name of `namesToAdmit` has been admitted.
 */
export function planBatch(read: ReadBatch, decisions: Decisions & PartialIdentity): BatchPlan {
  const tally = tallyBatch(read, decisions);
  return {
    partials: partialTallies(read, tally, decisions),
    quarantined: quarantinedRecords(read, tally.outcome, decisions),
    ledgers: ledgerTallies(read, tally.outcome, 'count'),
    checkpoint: checkpointOf(read, 'count'),
  };
}
