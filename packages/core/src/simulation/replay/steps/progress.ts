import { recountOf } from '../../../control/keys.ts';
import type { ShardProgress } from '../../../replay/progress.ts';
import { isNear, isStalled, pauseSeconds, progressOf } from '../../../replay/progress.ts';
import type { RunItem } from '../../../replay/run.ts';
import { earliestMs } from '../../../replay/timeline.ts';
import type { RunContext } from '../control.ts';
import { assertStanding, isEmptyFor, readCheckpoints, readRun, readShards, setRun, shardIdOf } from '../control.ts';
import type { Awaited } from '../machine/calls.ts';
import type { Step } from '../step.ts';
import { Refusal } from '../step.ts';
import type { MarkedItem } from '../store.ts';
import type { ReplayWorld } from '../world.ts';
import { assertWhole, lookWhole } from './whole.ts';

/** Whether the recount is near the tip of every shard. */
export function* progress(world: ReplayWorld, context: RunContext): Step<Awaited> {
  yield* assertStanding(world, context);
  const { run } = context.request;
  const item = yield* readRun(world, run);
  const live = yield* readCheckpoints(world, 'count');
  const recount = yield* readCheckpoints(world, recountOf(item.Generation ?? 0));
  assertWhole(yield* lookWhole(world, context, item, recount, live), item.FirstMs ?? earliestMs);
  const shards: ShardProgress[] = [];
  for (const place of yield* readShards(world, live)) {
    const [mine, theirs] = [recount.get(place), live.get(place)];
    const isEmpty = mine === undefined && (yield* isEmptyFor(world, place, theirs, item.PipeFromMs));
    shards.push({
      shardId: shardIdOf(world, place),
      isEmpty,
      ...positionsOf(theirs, mine),
    });
  }
  const waitMs = yield* advance(world, context, item, shards);
  return { isDone: isNear(shards), waitMs };
}

/** Tells the run how far the recount is, and how long to wait before the next look. Refuses to go on where it does not move any more. */
export function* advance(
  world: ReplayWorld,
  { request: { run } }: RunContext,
  { Progress, ProgressMs, MovedMs }: Partial<RunItem>,
  shards: readonly ShardProgress[],
): Step<number> {
  const isFirst = Progress === undefined || ProgressMs === undefined || MovedMs === undefined;
  const before = isFirst ? undefined : { Progress, ProgressMs, MovedMs };
  const now = progressOf(shards, before, world.nowMs);
  yield* setRun(world, run, now);
  if (isStalled(now, world.nowMs)) {
    throw new Refusal('Stalled');
  }
  return pauseSeconds(now, before) * 1000;
}

/** How far live counting and the recount are with a shard, where they have begun with it. */
export function positionsOf(
  live: MarkedItem | undefined,
  recount: MarkedItem | undefined,
): Pick<ShardProgress, 'live' | 'recount'> {
  return { ...(recount === undefined ? {} : { recount }), ...(live === undefined ? {} : { live }) };
}
