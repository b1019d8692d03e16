import { recountOf } from '../../../control/keys.ts';
import type { ShardProgress } from '../../../replay/progress.ts';
import { isNear, isStalled, pauseSeconds, progressOf } from '../../../replay/progress.ts';
import type { RunContext } from '../control.ts';
import { assertStanding, look, readCheckpoints, readRun, readShards, setRun, shardIdOf } from '../control.ts';
import type { Step } from '../step.ts';
import { Refusal } from '../step.ts';
import type { ReplayWorld } from '../world.ts';

export interface Progress {
  readonly near: boolean;
  readonly waitMs: number;
}

/** Whether the recount is near the tip of every shard. */
export function* progress(world: ReplayWorld, context: RunContext): Step<Progress> {
  yield* assertStanding(world, context);
  const { run } = context.request;
  const { nowMs } = world;
  const item = yield* readRun(world, run);
  const live = yield* readCheckpoints(world, 'count');
  const recount = yield* readCheckpoints(world, recountOf(item.Generation ?? 0));
  const shards: ShardProgress[] = [];
  for (const place of yield* readShards(world, live)) {
    const [mine, theirs] = [recount.get(place), live.get(place)];
    const isEmpty = mine === undefined && (yield* look(world, place, item.PipeFromMs)) === undefined;
    shards.push({
      shardId: shardIdOf(world, place),
      isEmpty,
      ...(mine === undefined ? {} : { recount: mine }),
      ...(theirs === undefined ? {} : { live: theirs }),
    });
  }
  const { Progress, ProgressMs, MovedMs } = item;
  const isFirst = Progress === undefined || ProgressMs === undefined || MovedMs === undefined;
  const before = isFirst ? undefined : { Progress, ProgressMs, MovedMs };
  const now = progressOf(shards, before, nowMs);
  yield* setRun(world, run, now);
  const near = isNear(shards);
  if (!near && isStalled(now, nowMs)) {
    throw new Refusal('Stalled');
  }
  return { near, waitMs: pauseSeconds(now, before) * 1000 };
}
