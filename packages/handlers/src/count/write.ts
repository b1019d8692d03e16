import type { BatchPlan } from '@tidemark/core/count/count';
import type { LedgerTally } from '@tidemark/core/count/ledger';
import type { DynamoDB } from '../aws/dynamodb.ts';
import { writeCheckpoint } from '../control/checkpoint.ts';
import { tellRedelivered } from '../control/redelivered.ts';
import type { DataBucket } from '../data-bucket.ts';
import { inParallel } from '../parallel.ts';
import { performFenced } from './fenced-write.ts';

export interface WriteTargets {
  readonly dynamodb: DynamoDB;
  readonly seriesTable: string;
  readonly controlTable: string;
  readonly dataBucket: DataBucket;
}

export interface Written {
  /** Partials that held a part of the batch already, or all of it. */
  readonly fenced: number;
  /** Events that the ledger held already. */
  readonly redelivered: number;
}

/**
 * Performs a plan step by step: partials and quarantine, then the ledger, then the checkpoint. Throws when any part of a
 * step fails, after all of the step's requests have ended; the steps after it are not begun.
 */
export async function writeBatch(plan: BatchPlan, targets: WriteTargets, signal: AbortSignal): Promise<Written> {
  const { dynamodb, seriesTable, controlTable, dataBucket } = targets;
  let fenced = 0;
  await inParallel(
    [
      ...plan.partials.map((partial) => async () => {
        const { oldFence } = await performFenced(dynamodb, seriesTable, partial, signal);
        if (oldFence !== undefined) fenced += 1;
      }),
      ...plan.quarantined.map(
        ({ objectKey, body }) =>
          () =>
            dataBucket.put(objectKey, body, signal),
      ),
    ],
    (write) => write(),
  );
  const redelivered = await inParallel(plan.ledgers, (day) => writeLedger(dynamodb, controlTable, day, signal));
  await writeCheckpoint(dynamodb, controlTable, plan.checkpoint, signal);
  return { fenced, redelivered: redelivered.reduce((sum, events) => sum + events, 0) };
}

/** Returns how many of the batch's events the ledger held already. */
export async function writeLedger(
  dynamodb: DynamoDB,
  table: string,
  day: LedgerTally,
  signal: AbortSignal,
): Promise<number> {
  const { oldFence, written } = await performFenced(dynamodb, table, day, signal);
  if (oldFence === undefined) return 0;
  const redelivered = day.redeliveredUpTo(oldFence);
  if (!written) {
    // The update for the rest would have told of the redelivery; without one it is told alone.
    await tellRedelivered(dynamodb, table, day.key, redelivered, signal);
  }
  return redelivered;
}
