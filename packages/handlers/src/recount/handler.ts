import { setTimeout as sleep } from 'node:timers/promises';
import { recountMsMin } from '@tidemark/core/recount/pace';
import type { Context } from 'aws-lambda';
import { DynamoDB } from '../aws/dynamodb.ts';
import { beforeDeadline } from '../deadline.ts';
import { makeLogger } from '../log.ts';
import { readSource } from '../source.ts';
import type { ArchiveAnswer } from './archive.ts';
import { Recounting } from './count.ts';
import { readRecountEnvironment } from './env.ts';
import type { PipedBatch } from './event.ts';
import { recountEventOf } from './event.ts';

const environment = readRecountEnvironment();
const source = readSource();
const log = makeLogger('recount', source.name);
const targets = {
  dynamodb: new DynamoDB(),
  seriesTable: environment.SERIES_TABLE,
  controlTable: environment.CONTROL_TABLE,
};
const recounting = new Recounting(source, targets, log);

/** Kept for the answer when the pace makes an invocation wait, in milliseconds: more than the deadline keeps (deadline.ts). */
const paceMarginMs = 3000;

/**
 * Counts what a run's pipe brings, or a part of the archive, into the run's own generation. Any failure throws, and the same comes again: what was
 * written is fenced.
 */
export async function handler(event: unknown, context: Context): Promise<ArchiveAnswer | undefined> {
  log.addContext(context);
  return beforeDeadline(context, async (signal) => {
    const asked = recountEventOf(event);
    if (asked.kind === 'pipe') {
      await countPiped(asked, context, signal);
      return undefined;
    }
    // What a pipe brings needs no S3: its invocations do not load the client.
    const { countArchive } = await import('./archive.ts');
    const untilMs = Date.now() + context.getRemainingTimeInMillis() / 2;
    return countArchive(
      asked.request,
      { ...targets, source: source.name, bucket: environment.DATA_BUCKET, recounting, untilMs },
      signal,
    );
  });
}

/** Takes as long as the shard's other readers need: the pipe reads the next batch when this one is answered. */
async function countPiped({ pipe, batches }: PipedBatch, context: Context, signal: AbortSignal): Promise<void> {
  const startedMs = Date.now();
  const untilMs = startedMs + context.getRemainingTimeInMillis() - paceMarginMs;
  for (const batch of batches) await recounting.follow(batch, { pipe }, untilMs, signal);
  const dueMs = startedMs + recountMsMin(batches.flatMap(({ records }) => records));
  const waitMs = Math.min(dueMs - Date.now(), context.getRemainingTimeInMillis() - paceMarginMs);
  if (waitMs > 0) await sleep(waitMs, undefined, { signal });
}
