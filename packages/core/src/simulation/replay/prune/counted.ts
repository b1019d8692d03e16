import type { CountedShard } from '../../../prune/counted.ts';
import { countingOf } from '../../../prune/counted.ts';
import { arrivalDisorderMs } from '../../../replay/first-bucket.ts';
import { encodeSequence } from '../../../series/sequence.ts';
import { sequenceOf } from '../../check.ts';
import type { RunContext } from '../control.ts';
import { assertStanding, readCheckpoints, readRun, readShards, setRun, shardIdOf } from '../control.ts';
import type { Awaited } from '../machine/calls.ts';
import type { Step } from '../step.ts';
import { Refusal, request } from '../step.ts';
import type { MarkedItem } from '../store.ts';
import type { ReplayWorld } from '../world.ts';

/** Whether everything is counted that arrived before the floors were in force. */
export function* counted(world: ReplayWorld, context: RunContext): Step<Awaited> {
  yield* assertStanding(world, context);
  const { run } = context.request;
  const { EffectiveMs = 0, Progress, ProgressMs, MovedMs } = yield* readRun(world, run);
  const live = yield* readCheckpoints(world, 'count');
  const shards: CountedShard[] = [];
  for (const place of yield* readShards(world, live)) {
    const checkpoint = live.get(place);
    const look = yield* lookBehind(world, place, checkpoint);
    const shardId = shardIdOf(world, place);
    shards.push({ shardId, consumer: 'count', look, ...(checkpoint === undefined ? {} : { checkpoint }) });
  }
  const isFirst = Progress === undefined || ProgressMs === undefined || MovedMs === undefined;
  const before = isFirst ? undefined : { Progress, ProgressMs, MovedMs };
  const throughMs = EffectiveMs + (world.rules.disorderAllowedFor ? arrivalDisorderMs : 0);
  // Before that moment the shard that is idle now may still get a record that the old floors decide of.
  const lookedMs = world.rules.floorInForce ? world.nowMs : Math.max(world.nowMs, throughMs);
  const counting = countingOf(shards, throughMs, before, lookedMs);
  yield* setRun(world, run, counting.progress);
  if (counting.stalled) {
    throw new Refusal('Stalled', counting.waiting.join(', '));
  }
  return { isDone: counting.counted, waitMs: counting.waitSeconds * 1000 };
}

/** The first record behind a checkpoint that a reader sees. */
function* lookBehind(
  { stream, scenario, nowMs }: ReplayWorld,
  place: number,
  checkpoint: MarkedItem | undefined,
): Step<NonNullable<CountedShard['look']>> {
  return yield* request(
    `look behind the checkpoint of shard ${place}`,
    () => {
      const { records } = scenario.shards[place] ?? { records: [] };
      const last = checkpoint === undefined ? -1 : sequenceOf(checkpoint.LastSequence);
      const at = records.findIndex(({ sequence }, index) => sequence > last && index >= stream.horizon(place));
      const record = records[at];
      if (record === undefined || record.visibleMs > nowMs) {
        return 'none' as const;
      }
      return { fence: encodeSequence(String(record.sequence)), arrivalMs: record.arrivalMs };
    },
    'read',
  );
}
