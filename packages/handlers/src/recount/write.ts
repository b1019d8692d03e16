import type { RecountPlan } from '@tidemark/core/recount/recount';
import { Mend } from '@tidemark/core/window/mend';
import type { DecidedBatch } from '@tidemark/core/window/window';
import type { DynamoDB } from '../aws/dynamodb.ts';
import { performFenced } from '../count/fenced-write.ts';
import { writeLedger } from '../count/write.ts';
import { inParallel } from '../parallel.ts';
import type { StraddlingPartial } from '../window/partials.ts';
import { writeMended, writePartial } from '../window/partials.ts';
import { writeRecountCheckpoint } from './checkpoint.ts';

export interface RecountTargets {
  readonly dynamodb: DynamoDB;
  readonly seriesTable: string;
  readonly controlTable: string;
}

export interface Recounted {
  /** Partials that held a part of the batch already, or all of it. */
  readonly fenced: number;
  /** Events that the ledger held already. */
  readonly redelivered: number;
}

/** Where a batch came from: the first record that came by the pipe is kept. */
export type Origin = 'pipe' | 'archive';

/**
 * Performs a plan step by step: partials, then the ledger, then the checkpoint. Throws when any part of a step fails, after all of the step's
 * requests have ended; the steps after it are not begun.
 */
export async function writeRecount(
  plan: RecountPlan,
  batch: DecidedBatch,
  origin: Origin,
  targets: RecountTargets,
  signal: AbortSignal,
): Promise<Recounted> {
  const { dynamodb, seriesTable, controlTable } = targets;
  const straddling: StraddlingPartial[] = [];
  let fenced = 0;
  await inParallel(
    [
      ...plan.partials.map((partial) => async () => {
        const { oldFence } = await performFenced(dynamodb, seriesTable, partial, signal);
        if (oldFence !== undefined) fenced += 1;
      }),
      ...plan.windows.map((partial) => async () => {
        const outcome = await writePartial(partial, targets, signal);
        if (outcome.kind === 'straddles') straddling.push(outcome);
        if (outcome.kind === 'straddles' || outcome.kind === 'held') fenced += 1;
      }),
    ],
    (write) => write(),
  );
  if (straddling.length > 0) await mendFromBatch(straddling, batch, targets, signal);
  const redelivered = await inParallel(plan.ledgers, (day) => writeLedger(dynamodb, controlTable, day, signal));
  await writeRecountCheckpoint(dynamodb, controlTable, plan.checkpoint, origin, signal);
  return { fenced, redelivered: redelivered.reduce((sum, events) => sum + events, 0) };
}

/** The batch holds every record of its parts: where a fence stands inside one, nothing need be read again. */
async function mendFromBatch(
  straddling: readonly StraddlingPartial[],
  { read, decisions }: DecidedBatch,
  targets: RecountTargets,
  signal: AbortSignal,
): Promise<void> {
  const mend = new Mend(
    straddling.map(({ straddle }) => straddle),
    [],
  );
  mend.take(read, decisions);
  await inParallel(straddling, async (each) => {
    const rest = mend.windowRest(each.straddle);
    if (rest === undefined) {
      throw new Error(
        `${read.shardId}: the record of fence ${each.straddle.after} is missing between others of its shard`,
      );
    }
    await writeMended(each, rest, targets, signal);
  });
}
