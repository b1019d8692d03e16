import { recountOf } from '../control/keys.ts';
import type { MarkedCheckpoint } from '../count/checkpoint.ts';
import { checkpointOf } from '../count/checkpoint.ts';
import type { LedgerTally } from '../count/ledger.ts';
import { ledgerTallies } from '../count/ledger.ts';
import type { Decisions } from '../count/outcomes.ts';
import type { PartialIdentity, PartialTally } from '../count/partials.ts';
import { partialTallies } from '../count/partials.ts';
import type { ReadBatch } from '../count/read.ts';
import { tallyBatch } from '../count/tally.ts';
import type { WindowPartial } from '../window/merge.ts';
import { WindowTally } from '../window/tally.ts';

/**
 * Everything that a recount writes of a batch, in the order in which it must be done, as for live counting (count.ts): partials of buckets and of
 * windows, in parallel, all of them awaited; then the ledger; then the checkpoint.
 *
 * Nothing goes to the quarantine: live counting puts every such record there before its checkpoint passes it, under a key and with a body that
 * follow from the record. The ledger counts it all the same.
 */
export interface RecountPlan {
  readonly partials: readonly PartialTally[];
  /** Each of one part, which lies wholly in the batch. Where the fence of its item stands inside, `Mend` splits it with the batch itself. */
  readonly windows: readonly WindowPartial[];
  /** One for buckets and windows together, since what becomes of a record is decided once for both. */
  readonly ledgers: readonly LedgerTally[];
  readonly checkpoint: MarkedCheckpoint;
}

/**
 * Counts a batch into one generation. The same code as live counting, and so the same rows with the same fences: those of a window too, whatever the
 * batches, since each record says by its own arrival which window it lies in. `generation`: 1 to 9999. Names have been admitted.
 */
export function planRecount(read: ReadBatch, decisions: Decisions, generation: number): RecountPlan {
  const identity: PartialIdentity = { generationOf: () => generation, writer: 'recount' };
  const keeper = recountOf(generation);
  const tally = tallyBatch(read, decisions);
  return {
    partials: partialTallies(read, tally, identity),
    windows: windowsOf(read, decisions, identity),
    ledgers: ledgerTallies(read, tally.outcome, keeper),
    checkpoint: checkpointOf(read, keeper),
  };
}

function windowsOf(read: ReadBatch, decisions: Decisions, identity: PartialIdentity): WindowPartial[] {
  const { source, shardId } = read;
  if (source.window === undefined) return [];
  // No state is carried on, and so none can grow too large.
  const tally = new WindowTally({
    ...identity,
    shardId,
    seconds: source.window.seconds,
    stateBytesMax: Number.POSITIVE_INFINITY,
  });
  tally.add(read, decisions);
  tally.letGo();
  return tally.leaving();
}
