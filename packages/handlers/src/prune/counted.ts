import type { CheckpointItem } from '@tidemark/core/control/checkpoint';
import type { CountedShard } from '@tidemark/core/prune/counted';
import { countingOf } from '@tidemark/core/prune/counted';
import type { CountedAnswer, CountedCall } from '@tidemark/core/prune/steps';
import { arrivalDisorderMs } from '@tidemark/core/replay/first-bucket';
import type { ProgressBefore } from '@tidemark/core/replay/progress';
import type { RunItem } from '@tidemark/core/replay/run';
import { decodeSequence } from '@tidemark/core/series/sequence';
import type { ShardPlace } from '../aws/kinesis.ts';
import { inParallel } from '../parallel.ts';
import { StepFailure } from '../runs/failure.ts';
import type { Step } from './step.ts';
import { standingRun } from './step.ts';

/** Shards that an answer names, at most. */
const namedMax = 10;

/** Whether everything is counted that arrived before the floors were in force: nothing below them is written any more, but by who began before. */
export async function counted(step: Step<CountedCall>): Promise<CountedAnswer> {
  const { item } = await standingRun(step);
  const { EffectiveMs } = item;
  if (EffectiveMs === undefined) return { counted: true, waitSeconds: 0, waiting: [] };
  // Arrivals go backwards a little: behind a record that the new floors decide of may lie one that the old ones do.
  const throughMs = EffectiveMs + arrivalDisorderMs;
  // Read before the looks: what arrives while they are made is not what they say.
  const nowMs = Date.now();
  if (nowMs < throughMs) {
    return { counted: false, waitSeconds: Math.ceil((throughMs - nowMs) / 1000), waiting: [] };
  }
  const shards = await countedShards(step, throughMs);
  const { counted, stalled, waitSeconds, waiting, progress } = countingOf(shards, throughMs, lookedBefore(item), nowMs);
  if (stalled) {
    const since = new Date(progress.MovedMs).toISOString();
    throw new StepFailure('Stalled', `counting has not moved since ${since} on ${waiting.join(', ')}`);
  }
  if (!counted) await step.control.setRun(step.run, progress);
  return { counted, waitSeconds, waiting: waiting.slice(0, namedMax) };
}

/** Every shard of the stream, by consumer, with a look at those that are short of it. One that has left the stream has nothing that could be counted yet. */
async function countedShards(
  { control, stream, settings, signal }: Step<CountedCall>,
  throughMs: number,
): Promise<CountedShard[]> {
  const byConsumer = await inParallel(
    settings.consumers,
    async (consumer) => [consumer, await control.checkpoints(consumer)] as const,
  );
  const listed = [...(await stream.shards(signal)).keys()].sort();
  return inParallel(
    byConsumer.flatMap(([consumer, checkpoints]) =>
      listed.map((shardId) => ({ shardId, consumer, checkpoint: checkpoints.get(shardId) })),
    ),
    async ({ shardId, consumer, checkpoint }): Promise<CountedShard> => {
      const known = { shardId, consumer, ...(checkpoint === undefined ? {} : { checkpoint }) };
      if (checkpoint !== undefined && checkpoint.ArrivalMs >= throughMs) return known;
      const look = (await stream.looksAt([placeAfter(shardId, checkpoint)], signal)).get(shardId);
      return look === undefined || look === 'unknown' ? known : { ...known, look };
    },
  );
}

function placeAfter(shardId: string, checkpoint: CheckpointItem | undefined): ShardPlace {
  if (checkpoint === undefined) return { shardId, at: 'TRIM_HORIZON' };
  return { shardId, at: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: decodeSequence(checkpoint.LastSequence) };
}

function lookedBefore({ Progress, ProgressMs, MovedMs }: RunItem): ProgressBefore | undefined {
  if (Progress === undefined || ProgressMs === undefined || MovedMs === undefined) return undefined;
  return { Progress, ProgressMs, MovedMs };
}
