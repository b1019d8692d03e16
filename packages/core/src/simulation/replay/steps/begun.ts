import { floorsOf } from '../../../control/floors.ts';
import { recountOf } from '../../../control/keys.ts';
import { beginningOf } from '../../../replay/begun.ts';
import type { ShardBeginning } from '../../../replay/first-bucket.ts';
import { firstBySize } from '../../../replay/first-bucket.ts';
import type { ShardProgress } from '../../../replay/progress.ts';
import type { RunItem } from '../../../replay/run.ts';
import { earliestMs } from '../../../replay/timeline.ts';
import type { Marks, RunContext } from '../control.ts';
import { assertStanding, isEmptyFor, readCheckpoints, readRun, readShards, setRun, shardIdOf } from '../control.ts';
import type { Awaited } from '../machine/calls.ts';
import type { Step } from '../step.ts';
import { request } from '../step.ts';
import type { MarkedItem } from '../store.ts';
import type { ReplayWorld } from '../world.ts';
import { firstAsRuled } from './first.ts';
import { advance, positionsOf } from './progress.ts';
import type { WholeShard } from './whole.ts';
import { asWhole, lookWhole } from './whole.ts';

/** Whether the recount has begun on every shard; fixes T when it has. */
export function* begun(world: ReplayWorld, context: RunContext): Step<Awaited> {
  yield* assertStanding(world, context);
  const { run } = context.request;
  const item = yield* readRun(world, run);
  if (item.FirstMs !== undefined && world.rules.firstBucketFixed) {
    return { isDone: true, waitMs: 0 };
  }
  const live = yield* readCheckpoints(world, 'count');
  const recount = yield* readCheckpoints(world, recountOf(item.Generation ?? 0));
  const sinceMs = item.RecountingMs ?? world.nowMs;
  const beginnings: ShardBeginning[] = [];
  const shards: ShardProgress[] = [];
  const whole = yield* lookWhole(world, context, item, recount, live);
  // T holds for what the trim horizon can no longer overtake.
  let isWaiting = [...whole.values()].some(({ isAhead }) => !isAhead);
  for (const place of yield* readShards(world, live)) {
    const beginning = shardBeginning(world, place, live, recount, whole);
    const found = yield* heldBy(world, place, beginning, live.get(place), item);
    const isEmpty = found.isEmpty;
    const state = beginningOf({ ...found.beginning, isEmpty }, ['count'], sinceMs, world.nowMs);
    isWaiting ||= state !== 'begun' && world.rules.recountBegunOnEveryShard;
    shards.push({ shardId: shardIdOf(world, place), isEmpty, ...positionsOf(live.get(place), recount.get(place)) });
    if (state !== 'recount') {
      beginnings.push(found.beginning);
    }
  }
  if (isWaiting) {
    return { isDone: false, waitMs: yield* advance(world, context, item, shards) };
  }
  yield* fixFirst(world, context, beginnings);
  return { isDone: true, waitMs: 0 };
}

function shardBeginning(
  world: ReplayWorld,
  place: number,
  live: Marks,
  recount: Marks,
  whole: ReadonlyMap<number, WholeShard>,
): ShardBeginning {
  const mine = recount.get(place);
  const theirs = live.get(place);
  return {
    shardId: shardIdOf(world, place),
    live: theirs === undefined ? {} : { count: theirs },
    ...(mine === undefined ? {} : { recount: asWhole(mine, whole.get(place)) }),
  };
}

/** Looks at a shard: where the recount has nothing of it, whether there is anything; where it began at an arrival, whether older records are still there. */
function* heldBy(
  world: ReplayWorld,
  place: number,
  beginning: ShardBeginning,
  live: MarkedItem | undefined,
  { PipeFromMs }: Partial<RunItem>,
): Step<{ readonly beginning: ShardBeginning; readonly isEmpty: boolean }> {
  if (beginning.recount === undefined) {
    return { beginning, isEmpty: yield* isEmptyFor(world, place, live, PipeFromMs) };
  }
  if (PipeFromMs === undefined) {
    return { beginning, isEmpty: false };
  }
  const oldest = yield* request(
    `oldest of shard ${place}`,
    () => world.scenario.shards[place]?.records[world.stream.horizon(place)],
    'read',
  );
  const isOlder = oldest !== undefined && oldest.visibleMs <= world.nowMs && oldest.arrivalMs < PipeFromMs;
  return { beginning: isOlder ? { ...beginning, heldFromMs: PipeFromMs } : beginning, isEmpty: false };
}

/** T is written once. */
function* fixFirst(
  world: ReplayWorld,
  { request: asked }: RunContext,
  beginnings: readonly ShardBeginning[],
): Step<void> {
  const { store, rules, scenario } = world;
  const wantedMs = typeof asked.from === 'number' ? asked.from : earliestMs;
  const FirstMs = firstAsRuled(rules, beginnings, wantedMs);
  const floors = floorsOf(yield* request('read floors', () => store.current.floors));
  const First = firstBySize(FirstMs, scenario.source.buckets, rules.firstAboveFloors ? floors : floorsOf(undefined));
  const horizons = scenario.shards.map((_, place) => world.stream.horizon(place));
  const first = { FirstMs, First };
  yield* setRun(world, asked.run, rules.firstBucketFixed ? {} : first, first);
  world.checks.firstFixed(asked.run, wantedMs, store.runs.get(asked.run)?.FirstMs ?? FirstMs, horizons);
}
